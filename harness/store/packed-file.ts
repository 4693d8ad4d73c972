/**
 * A record's file, plain or packed beside that name with the ending `.zst`. Packed, it is text in pieces, each a Zstandard
 * frame of its own, and before each a frame to be skipped that says how long it is: so it can be read piece by piece, and
 * `zstdcat` reads it, too.
 */
import { createHash, type Hash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** Small enough to stay in the processor's cache. */
const PIECE_BYTES = 2 ** 16;
/** Of the plain text: with more a frame is hardly smaller, and takes more memory. */
const FRAME_BYTES = 2 ** 20;
const PACKED = ".zst";
/** Of a frame to be skipped, then four bytes with its length, which is four, and these with that of the next frame. */
const SKIPPED = 0x184d2a50;
const HEAD_BYTES = 12;
/** No frame of so little text is longer. */
const MOST_BYTES = 2 * FRAME_BYTES;

/** The file under that name as it is on disk; a plain one is the newer of the two. */
export function onDisk(path: string): string {
  return existsSync(path) || !existsSync(path + PACKED) ? path : path + PACKED;
}

/** Its bytes as they were written. A piece is valid until the next one is asked for. Throws what cannot be read, with its code. */
export function* piecesOf(path: string): Generator<Uint8Array> {
  const name = onDisk(path);
  yield* name === path ? plainPieces(path) : unpackedPieces(name);
}

/** Puts the packed file in the plain one's place, once it is safe on disk and was read again as what it was made from. */
export function pack(path: string): void {
  const part = `${path}${PACKED}.part`;
  try {
    const written = createHash("sha256");
    writeFrames(part, path, written);
    if (hashOf(unpackedPieces(part)) !== written.digest("hex"))
      throw new Error(`${basename(path)} was not the same when it was packed and read again`);
    renameSync(part, path + PACKED);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  rmSync(path);
}

function writeFrames(part: string, path: string, written: Hash): void {
  const file = openSync(part, "w");
  try {
    for (const piece of plainPieces(path, FRAME_BYTES)) {
      written.update(piece);
      const frame = zstdCompressSync(piece);
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt32LE(SKIPPED, 0);
      head.writeUInt32LE(4, 4);
      head.writeUInt32LE(frame.length, 8);
      writeSync(file, Buffer.concat([head, frame]));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function hashOf(pieces: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

function* plainPieces(path: string, size = PIECE_BYTES): Generator<Uint8Array> {
  const file = named(path, () => openSync(path, "r"));
  try {
    const buffer = Buffer.alloc(size);
    const read = () => named(path, () => readSync(file, buffer));
    for (let length = read(); length > 0; length = read()) yield buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function* unpackedPieces(path: string): Generator<Uint8Array> {
  const file = named(path, () => openSync(path, "r"));
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    for (let at = 0; ; ) {
      const length = named(path, () => readSync(file, head));
      if (length === 0) return;
      const size = length === HEAD_BYTES && head.readUInt32LE(0) === SKIPPED ? head.readUInt32LE(8) : 0;
      const frame = Buffer.alloc(Math.min(size, MOST_BYTES));
      if (size === 0 || size > MOST_BYTES || named(path, () => readSync(file, frame)) < size) throw damaged(path, at);
      at += HEAD_BYTES + size;
      const text = unpacked(frame, path, at);
      for (let from = 0; from < text.length; from += PIECE_BYTES) yield text.subarray(from, from + PIECE_BYTES);
    }
  } finally {
    closeSync(file);
  }
}

function unpacked(frame: Buffer, path: string, at: number): Uint8Array {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: FRAME_BYTES });
  } catch {
    throw damaged(path, at);
  }
}

function damaged(path: string, at: number): Error {
  const why = `it is damaged, or cut off, at byte ${at}`;
  return Object.assign(new Error(`${basename(path)} cannot be read: ${why}`), { code: "DAMAGED" });
}

/** Of the file as it is on disk; 0 for one that is not there. */
export function sizeOf(path: string): number {
  try {
    return statSync(onDisk(path)).size;
  } catch {
    return 0;
  }
}

/** Not every file-system error names its file. */
export function named<T>(path: string, read: (path: string) => T): T {
  try {
    return read(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${basename(path)} cannot be read: ${message}`, { cause: error }), { code });
  }
}

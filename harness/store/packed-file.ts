/**
 * A file of a record, plain or packed under the same name with the ending `.zst`. A packed file consists of Zstandard
 * frames, each preceded by a skippable frame with its length. So it can be read piece by piece, and `zstdcat` reads it
 * as well.
 */
import { createHash, type Hash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** Small enough to stay in the processor's cache. */
const PIECE_BYTES = 2 ** 16;
/** Plain text per frame: larger frames hardly compress better and take more memory. */
const FRAME_BYTES = 2 ** 20;
const PACKED = ".zst";
/** The magic number of a skippable frame. Its size (4) follows, then its content: the length of the next frame. */
const SKIPPED = 0x184d2a50;
const HEAD_BYTES = 12;
/** The longest possible frame of `FRAME_BYTES` of text. */
const MOST_BYTES = 2 * FRAME_BYTES;

/** The path of the file on disk, plain or packed; if both exist, the plain one is newer. */
export function onDisk(path: string): string {
  return existsSync(path) || !existsSync(path + PACKED) ? path : path + PACKED;
}

/** The file's bytes, unpacked. A piece is valid until the next one is requested. Throws read errors with their code. */
export function* piecesOf(path: string): Generator<Uint8Array> {
  const name = onDisk(path);
  yield* name === path ? plainPieces(path) : unpackedPieces(name);
}

/** Replaces the plain file by a packed one, once that is safe on disk and was read back with the same content. */
export function pack(path: string): void {
  const part = `${path}${PACKED}.part`;
  try {
    const written = createHash("sha256");
    writeFrames(part, path, written);
    if (hashOf(unpackedPieces(part)) !== written.digest("hex"))
      throw new Error(`${basename(path)} was not the same when packed and read back`);
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

/** Bytes on disk; 0 if the file does not exist. */
export function sizeOf(path: string): number {
  try {
    return statSync(onDisk(path)).size;
  } catch {
    return 0;
  }
}

/** Adds the file's name to an error, since not every file-system error has it. */
export function named<T>(path: string, read: (path: string) => T): T {
  try {
    return read(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${basename(path)} cannot be read: ${message}`, { cause: error }), { code });
  }
}

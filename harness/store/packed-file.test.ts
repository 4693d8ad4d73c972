import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chance } from "../model/load/write.ts";
import { onDisk, pack, piecesOf, sizeOf } from "./packed-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-packed-"));
  path = join(folder, "ledger.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const packed = () => `${path}.zst`;
/** Copied, because a piece is valid only until the next one is requested. */
const bytesOf = () => Buffer.concat([...piecesOf(path)].map((piece) => Buffer.from(piece)));
const packedText = (text: string | Buffer) => {
  writeFileSync(path, text);
  pack(path);
};

test("a packed file reads as before, whatever is in it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 900 }), (part, times) => {
      const whole = Buffer.concat(Array.from({ length: times }, () => part));
      packedText(whole);
      expect(existsSync(path)).toBe(false);
      expect(bytesOf().equals(whole)).toBe(true);
      rmSync(packed());
    }),
    { seed: 17, numRuns: 40 },
  );
});

test("a packed file is smaller, and each frame is complete, with its length before it", () => {
  const text = `{"type":"invoke","write":"w7-1"}\n`.repeat(100_000);
  packedText(text);
  expect(onDisk(path)).toBe(packed());
  expect(sizeOf(path)).toBeLessThan(text.length / 10);
  const bytes = readFileSync(packed());
  let read = "";
  for (let at = 0; at < bytes.length; ) {
    expect([bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)]).toEqual([0x184d2a50, 4]);
    const end = at + 12 + bytes.readUInt32LE(at + 8);
    read += zstdDecompressSync(bytes.subarray(at + 12, end)).toString();
    at = end;
  }
  expect(read === text).toBe(true);
});

test("a plain file beside a packed one is newer, and replaces it when packed", () => {
  packedText("old");
  writeFileSync(path, "new");
  expect(bytesOf().toString()).toBe("new");
  pack(path);
  expect(bytesOf().toString()).toBe("new");
});

describe("damage is detected", () => {
  const text = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => 256 * chance(17, i)));

  test.each([1, 7, 12, 500_000])("when %d bytes are cut off", (bytes) => {
    packedText(text);
    truncateSync(packed(), sizeOf(path) - bytes);
    expect(bytesOf).toThrow(/^ledger.ndjson.zst cannot be read: it is damaged, or cut off, at byte \d+$/);
  });

  test("when something is appended", () => {
    packedText(text);
    appendFileSync(packed(), `{"type":"invoke"}\n`);
    expect(bytesOf).toThrow("damaged");
  });

  test("in the middle", () => {
    packedText(text);
    const bytes = readFileSync(packed());
    for (const at of [0, 8, 11, 13]) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] as number) ^ 0xff;
      writeFileSync(packed(), other);
      expect(bytesOf).toThrow("damaged");
    }
  });
});

test("a missing file is reported, and not packed", () => {
  expect(() => [...piecesOf(path)]).toThrow(expect.objectContaining({ code: "ENOENT" }));
  expect(() => pack(path)).toThrow(expect.objectContaining({ code: "ENOENT" }));
  expect(existsSync(`${packed()}.part`)).toBe(false);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import type { WalFile } from "../system/wal.ts";
import { readWal, writesIn } from "./wal-writes.ts";

const SEED = 4711;
const id = (n: number) => writeId(SEED, n);
const PAGE = 1024;
const SEGMENT = 4 * PAGE;
/** The bytes of a segment without its page headers. */
const ROOM = 4 * (PAGE - 24) - 16;

async function* sent(files: readonly WalFile[]) {
  yield* files;
}
const found = async (...files: readonly WalFile[]) => (await writesIn(sent(files), SEED)).writes;

/** A short text as PostgreSQL stores it. */
function shortText(text: string): Buffer {
  return Buffer.concat([Buffer.from([((text.length + 1) << 1) | 1]), Buffer.from(text, "latin1")]);
}

/** A segment that begins with these bytes; `from`: the segment number in its pages, if not its own. */
function segment(number: number, content: Buffer, { timeline = 1, from = number, upTo = SEGMENT } = {}): WalFile {
  const file = Buffer.alloc(SEGMENT);
  let taken = 0;
  for (let at = 0; at < upTo; at += PAGE) {
    const header = at === 0 ? 40 : 24;
    file.writeUInt16LE(at === 0 ? 2 : 0, at + 2);
    file.writeBigUInt64LE((1n << 32n) + BigInt(from * SEGMENT + at), at + 8);
    if (at === 0) {
      file.writeUInt32LE(SEGMENT, 32);
      file.writeUInt32LE(PAGE, 36);
    }
    content.subarray(taken, taken + PAGE - header).copy(file, at + header);
    taken += PAGE - header;
  }
  const name = [timeline, 1, number].map((part) => part.toString(16).toUpperCase().padStart(8, "0")).join("");
  return { name, content: file };
}

/** Content with a text in it at one place. */
const withText = (text: string, at: number, length = ROOM) => {
  const content = Buffer.alloc(length, 0x31);
  shortText(text).copy(content, at);
  return content;
};

describe("a write in the log is found", () => {
  test("wherever its id is, even across a page header", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 999_999 }), fc.nat(), async (n, draw) => {
        const at = draw % (ROOM - 17);
        expect(await found(segment(3, withText(id(n), at)))).toEqual([id(n)]);
      }),
      { seed: 1 },
    );
  });

  test("across two segments, in any order of the files", async () => {
    for (let cut = 1; cut < shortText(id(123)).length; cut += 1) {
      const whole = withText(id(123), ROOM - cut, 2 * ROOM);
      const files = [segment(3, whole.subarray(0, ROOM)), segment(4, whole.subarray(ROOM))];
      expect(await found(...files)).toEqual([id(123)]);
      expect(await found(...files.toReversed())).toEqual([id(123)]);
      // A segment on another timeline, or further on, is not the continuation.
      expect(await found(segment(3, whole.subarray(0, ROOM)), segment(5, whole.subarray(ROOM)))).toEqual([]);
      const other = segment(4, whole.subarray(ROOM), { timeline: 2 });
      expect(await found(segment(3, whole.subarray(0, ROOM)), other)).toEqual([]);
    }
  });

  test("once, however often it occurs", async () => {
    const content = Buffer.concat([id(7), id(8), id(7)].map(shortText));
    const { writes, segments, bytes } = await writesIn(sent([segment(1, content), segment(2, content)]), SEED);
    expect(writes.toSorted()).toEqual([id(7), id(8)]);
    expect([segments, bytes]).toEqual([2, 2 * SEGMENT]);
  });
});

describe("no other write is found", () => {
  test("when a digit happens to follow an id", async () => {
    // Every byte around it is the digit 1.
    expect(await found(segment(1, withText(id(2), 100)))).toEqual([id(2)]);
  });

  test("from a longer text, another run's id, or an impossible number", async () => {
    const texts = [`{"family":"${id(2)}"}`, writeId(SEED + 1, 2), `${id(2)}a`, id(0.5), `x${id(2)}`];
    expect(await found(segment(1, Buffer.concat(texts.map(shortText))))).toEqual([]);
    // Not a length byte of a short text, which is odd.
    const long = shortText(id(2));
    long[0] = (long[0] as number) - 1;
    expect(await found(segment(1, long))).toEqual([]);
  });

  test("after a page from an earlier use of the segment", async () => {
    const late = withText(id(5), 2 * PAGE);
    expect(await found(segment(9, late))).toEqual([id(5)]);
    expect(await found(segment(9, late, { upTo: 2 * PAGE }))).toEqual([]);
    const { writes, segments } = await writesIn(sent([segment(9, withText(id(5), 0), { from: 3 })]), SEED);
    expect([writes, segments]).toEqual([[], 0]);
  });

  test("in other files and in empty segments", async () => {
    const { content } = segment(1, withText(id(5), 0));
    const files = [
      { name: "00000002.history", content },
      { name: `${"0".repeat(23)}1.copy`, content },
      { name: "000000010000000100000001", content: Buffer.alloc(0) },
      { name: "000000010000000000000000", content: Buffer.alloc(SEGMENT) },
    ];
    expect(await writesIn(sent(files), SEED)).toMatchObject({ segments: 0, writes: [] });
    expect(await found({ ...segment(1, withText(id(5), 0)), name: "000000010000000100000001.partial" })).toEqual([
      id(5),
    ]);
  });
});

describe("a read is recorded with its times", () => {
  const now = () => {
    let ms = 90;
    return () => (ms += 10);
  };
  const read = (files: () => AsyncIterable<WalFile>) =>
    readWal({ places: ["own"], read: files }, "a", "own", SEED, now());

  test("and what it found", async () => {
    expect(await read(() => sent([segment(1, withText(id(5), 0))]))).toEqual({
      ...{ type: "wal", side: "a", of: "own", atMs: 100, tookMs: 10 },
      ...{ segments: 1, bytes: SEGMENT, writes: [id(5)] },
    });
  });

  test("or why it failed, since half a log is no log", async () => {
    const cutOff = async function* () {
      yield segment(1, withText(id(5), 0));
      throw new Error("it was cut off");
    };
    const failed = { type: "unreadable", side: "a", of: "own", atMs: 100, tookMs: 10 };
    expect(await read(cutOff)).toEqual({ ...failed, why: "it was cut off" });
    const refused = () => {
      throw new Error("no such container");
    };
    expect(await read(refused)).toEqual({ ...failed, why: "no such container" });
    const twice = [segment(1, withText(id(5), 0)), segment(2, withText(id(6), 0))];
    await expect(writesIn(sent(twice), SEED, SEGMENT)).rejects.toThrow(`the log is longer than ${SEGMENT} bytes`);
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { readLines } from "./lines.ts";

const any = (json: unknown) => json;
const summary = (text: string) => {
  const { values, ...rest } = readLines(text, any);
  return { ...rest, values: values.map(({ value, line }) => [line, value]) };
};

test("whole lines, numbered from 1", () => {
  expect(summary('{"a":1}\n{"a":2}\n')).toEqual({
    ...{ lines: 2, torn: false, unreadable: [], unreadableCount: 0 },
    values: [
      [1, { a: 1 }],
      [2, { a: 2 }],
    ],
  });
});

test("an empty file has nothing in it and nothing wrong with it", () => {
  expect(summary("")).toEqual({ lines: 0, torn: false, unreadable: [], unreadableCount: 0, values: [] });
});

test("a last line that was cut off is torn, and not called unreadable", () => {
  expect(summary('{"a":1}\n{"a":')).toMatchObject({
    lines: 1,
    torn: true,
    unreadableCount: 0,
    values: [[1, { a: 1 }]],
  });
});

test("a whole last line counts without its newline", () => {
  expect(summary('{"a":1}\n{"a":2}')).toMatchObject({
    lines: 2,
    torn: false,
    values: [
      [1, { a: 1 }],
      [2, { a: 2 }],
    ],
  });
});

test("noise between the lines is counted, with its number and the reason", () => {
  const { lines, torn, unreadableCount, unreadable, values } = summary('{"a":1}\ngoroutine 7 [running]\n\n{"a":2}\n');
  expect([lines, torn, unreadableCount]).toEqual([3, false, 1]);
  expect(unreadable[0]).toMatch(/^line 2: .*JSON/);
  expect(values).toEqual([
    [1, { a: 1 }],
    [4, { a: 2 }],
  ]);
});

test("what the parser refuses is unreadable, with its reason", () => {
  const refuse = () => {
    throw new Error("no such type\nand more");
  };
  expect(readLines("{}\n", refuse)).toMatchObject({ lines: 1, unreadable: ["line 1: no such type"], values: [] });
});

test("all unreadable lines are counted, the first few are shown", () => {
  const { unreadable, unreadableCount } = summary("x\n".repeat(40));
  expect([unreadable.length, unreadableCount]).toEqual([5, 40]);
});

test("cut off anywhere, a file never shows a line that was not written", () => {
  const written = Array.from({ length: 8 }, (_, n) => ({ n, text: 'ä{}\\"1' }));
  const text = written.map((value) => `${JSON.stringify(value)}\n`).join("");
  fc.assert(
    fc.property(fc.nat({ max: text.length }), (length) => {
      const read = readLines(text.slice(0, length), any);
      const whole = text.slice(0, length).split("\n").length - 1;
      expect(read.values.map((line) => line.value)).toEqual(written.slice(0, read.values.length));
      expect(read.values.length).toBeGreaterThanOrEqual(whole);
      expect(read.unreadableCount).toBe(0);
    }),
    { seed: 4, numRuns: 200 },
  );
});

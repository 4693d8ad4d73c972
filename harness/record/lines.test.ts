import fc from "fast-check";
import { expect, test } from "vitest";
import { readLines, wholeOf } from "./lines.ts";

/** `pieces`: where the text is split before it is read. */
const summary = (text: string, pieces: readonly number[] = []) => {
  const values: [number, unknown][] = [];
  const cuts = [0, ...pieces.toSorted((x, y) => x - y), text.length];
  const parts = cuts.slice(1).map((end, i) => text.slice(cuts[i], end));
  const rest = readLines(parts, (json, line) => values.push([line, json]));
  return { ...rest, values };
};

test("complete lines are numbered from 1", () => {
  expect(summary('{"a":1}\n{"a":2}\n')).toEqual({
    ...{ lines: 2, torn: false, unreadable: [], unreadableCount: 0 },
    values: [
      [1, { a: 1 }],
      [2, { a: 2 }],
    ],
  });
});

test("an empty file has no lines and no errors", () => {
  expect(summary("")).toEqual({ lines: 0, torn: false, unreadable: [], unreadableCount: 0, values: [] });
});

test("a last line that was cut off is torn, not unreadable", () => {
  expect(summary('{"a":1}\n{"a":')).toMatchObject({
    lines: 1,
    torn: true,
    unreadableCount: 0,
    values: [[1, { a: 1 }]],
  });
});

test("a complete last line counts without its newline", () => {
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

test("a line that the parser refuses is unreadable, with the reason", () => {
  const refuse = () => {
    throw new Error("no such type\nand more");
  };
  expect(readLines("{}\n", refuse)).toMatchObject({ lines: 1, unreadable: ["line 1: no such type"] });
});

test("all unreadable lines are counted, the first few are shown", () => {
  const { unreadable, unreadableCount } = summary("x\n".repeat(40));
  expect([unreadable.length, unreadableCount]).toEqual([5, 40]);
});

test("cut off anywhere, a file never yields a line that was not written", () => {
  const written = Array.from({ length: 8 }, (_, n) => ({ n, text: 'ä{}\\"1' }));
  const text = written.map((value) => `${JSON.stringify(value)}\n`).join("");
  fc.assert(
    fc.property(fc.nat({ max: text.length }), (length) => {
      const read = summary(text.slice(0, length));
      const whole = text.slice(0, length).split("\n").length - 1;
      expect(read.values.map(([, value]) => value)).toEqual(written.slice(0, read.values.length));
      expect(read.values.length).toBeGreaterThanOrEqual(whole);
      expect(read.unreadableCount).toBe(0);
    }),
    { seed: 4 },
  );
});

test("a file reads the same in any pieces", () => {
  const text = '{"a":1}\nnoise\n\n{"a":"\u00e4"}\n{"a":2}\n{"to';
  fc.assert(
    fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 9 }), (pieces) => {
      expect(summary(text, pieces)).toEqual(summary(text));
    }),
    { seed: 14 },
  );
});

test("a line in two or three pieces is one line", () => {
  const pieces = ['{"a":1}\n{"a":', '22,"b":33}\n{"a"', ":4", '}\n{"a":5}'];
  const values: unknown[] = [];
  expect(readLines(pieces, (json) => values.push(json))).toMatchObject({ lines: 4, torn: false, unreadableCount: 0 });
  expect(values).toEqual([{ a: 1 }, { a: 22, b: 33 }, { a: 4 }, { a: 5 }]);
});

test("only the first line of a reason is kept, and a torn line does not count as a line", () => {
  const refuse = () => {
    throw new Error("one\ntwo");
  };
  expect(readLines("1\n", refuse).unreadable).toEqual(["line 1: one"]);
  expect(readLines(["1\n2", "\n{"], () => {})).toEqual({ lines: 2, torn: true, unreadable: [], unreadableCount: 0 });
});

test("a last line without newline that the parser refuses is unreadable, not torn", () => {
  const refuse = () => {
    throw new Error("no");
  };
  expect(readLines("{}", refuse)).toEqual({ lines: 1, torn: false, unreadable: ["line 1: no"], unreadableCount: 1 });
});

test("an empty first line is skipped but numbered", () => {
  expect(summary('\n{"a":1}\n\n{"a":2}\n')).toMatchObject({
    ...{ lines: 2, torn: false },
    values: [
      [2, { a: 1 }],
      [4, { a: 2 }],
    ],
  });
});

test("a whole text is joined from any pieces", () => {
  expect([wholeOf("one text"), wholeOf(["one", " te", "", "xt"]), wholeOf([])]).toEqual(["one text", "one text", ""]);
});

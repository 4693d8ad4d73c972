import fc from "fast-check";
import { expect, test } from "vitest";
import { completeLine, invokeLine } from "./line.ts";
import { RUNNER_NAMES } from "./runners.ts";
import { WRITE_KINDS, writeId } from "./write.ts";

const number = fc.nat();
const write = fc.tuple(number, number).map(([seed, n]) => writeId(seed, n));
const epochMs = fc.integer({ min: 1_600_000_000_000, max: 4_000_000_000_000 });
const r = fc.constantFrom(...RUNNER_NAMES);
/** Any text that a server or k6 may give. */
const words = fc.oneof(
  fc.constant(""),
  fc.constant("a"),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
);
const name = fc.stringMatching(/^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]+\/\d+$/);

test("an invoke line is the same as by JSON.stringify", () => {
  const line = fc.record({
    ...{ type: fc.constant("invoke" as const), write, n: number, kind: fc.constantFrom(...WRITE_KINDS) },
    ...{ epochMs, r },
  });
  fc.assert(
    fc.property(line, (each) => {
      expect(invokeLine(each.write, each.n, each.kind, each.epochMs, each.r)).toBe(JSON.stringify(each));
    }),
  );
});

test("a complete line is the same as by JSON.stringify, for any answer, first or repeated", () => {
  const line = fc.record(
    {
      ...{ type: fc.constant("complete" as const), write, epochMs, status: fc.integer({ min: 0, max: 599 }) },
      ...{ errorCode: number, error: words, stored: fc.array(name, { maxLength: 3 }), servedBy: words },
      ...{ via: words, attempts: fc.integer({ min: 2, max: 3 }), r },
    },
    {
      noNullPrototype: true,
      requiredKeys: ["type", "write", "epochMs", "status", "errorCode", "error", "stored", "servedBy", "r"],
    },
  );
  fc.assert(
    fc.property(line, (each) => {
      const { write, epochMs, status, errorCode, error, stored, servedBy, r, type: _, ...seldom } = each;
      const more = Object.keys(seldom).length === 0 ? null : seldom;
      for (let time = 1; time <= 2; time += 1)
        expect(completeLine(write, epochMs, status, errorCode, error, stored, servedBy, more, r)).toBe(
          JSON.stringify(each),
        );
    }),
  );
});

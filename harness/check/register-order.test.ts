import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAYBE_UPDATED, READ, type RegisterOperation, Registers, UPDATED } from "../model/columns/registers.ts";
import { registerViolations } from "./register-order.ts";

const update = (expects: number, writer: number, invokedMs: number, completedMs: number): RegisterOperation => {
  return { register: 0, kind: UPDATED, expects, version: expects + 1, writer, invokedMs, completedMs };
};
const maybe = (expects: number, writer: number, invokedMs: number): RegisterOperation => {
  const completedMs = Number.POSITIVE_INFINITY;
  return { register: 0, kind: MAYBE_UPDATED, expects, version: 0, writer, invokedMs, completedMs };
};
const read = (version: number, writer: number, invokedMs: number, completedMs: number): RegisterOperation => {
  return { register: 0, kind: READ, expects: null, version, writer, invokedMs, completedMs };
};
const whyNot = (...ops: RegisterOperation[]) => registerViolations(Registers.of(ops))[0]?.why ?? null;

describe("what a single register can have done", () => {
  test("nothing at all, and reads of nothing", () => {
    expect(whyNot()).toBeNull();
    expect(whyNot(read(0, -1, 0, 1), read(0, -1, 2, 3))).toBeNull();
  });
  test("updates one after the other, each read in time", () => {
    expect(whyNot(update(0, 7, 0, 1), read(1, 7, 2, 3), update(1, 8, 4, 5), read(2, 8, 6, 7))).toBeNull();
  });
  test("an old version read while the update to the next was in flight", () => {
    expect(whyNot(update(0, 7, 0, 1), update(1, 8, 2, 9), read(1, 7, 3, 4))).toBeNull();
  });
  test("an unknown update that happened, and one that did not", () => {
    expect(whyNot(maybe(0, 7, 0), read(1, 7, 5, 6))).toBeNull();
    expect(whyNot(maybe(0, 7, 0), maybe(0, 9, 1), update(0, 8, 2, 3), read(1, 8, 5, 6))).toBeNull();
  });
  test("a version that was never acknowledged, made by an unknown update", () => {
    expect(whyNot(maybe(0, 7, 0), update(1, 8, 2, 3))).toBeNull();
  });
});

describe("what it cannot", () => {
  test("a read of a version older than one acknowledged before it was sent", () => {
    expect(whyNot(update(0, 7, 0, 1), update(1, 8, 2, 3), read(1, 7, 4, 5))).toContain("version 2 was acknowledged");
  });
  test("a read of nothing after an acknowledgement", () => {
    expect(whyNot(update(0, 7, 0, 1), read(0, -1, 2, 3))).toContain("version 1 was acknowledged");
  });
  test("an update acknowledged with the version that was there before all of them, or with an impossible one", () => {
    const acknowledged = (version: number) => ({ ...update(0, 7, 0, 1), version });
    expect(whyNot(acknowledged(0))).toContain("acknowledged with the first version");
    expect(whyNot(acknowledged(-1), update(0, 8, 2, 3))).not.toBeNull();
  });
  test("one version acknowledged to two", () => {
    expect(whyNot(update(0, 7, 0, 1), update(0, 8, 2, 3))).toContain("made by two");
  });
  test("a version with the content of another write", () => {
    expect(whyNot(update(0, 7, 0, 1), read(1, 8, 2, 3))).toContain("content of another write");
  });
  test("a version from nowhere", () => {
    expect(whyNot(update(0, 7, 0, 1), update(2, 8, 2, 3))).toContain("no update can have made version 2");
    expect(whyNot(read(1, 7, 0, 1))).toContain("no update can have made version 1");
  });
  test("a version read before its update was sent", () => {
    expect(whyNot(read(1, 7, 0, 1), update(0, 7, 2, 3))).toContain("before it can have existed");
  });
  test("an unknown update sent only after a later version than the one it must have made was seen", () => {
    expect(whyNot(update(1, 8, 0, 1), maybe(0, 7, 2))).toContain("version 2 was acknowledged before");
  });
  test("a version other than the one after the demanded one", () => {
    expect(whyNot({ ...update(0, 7, 0, 1), version: 2 }, maybe(0, 9, 0))).toContain("did not demand the previous one");
  });
});

test("only the violated register is named, in whatever order the operations are", () => {
  const bad = [update(0, 7, 0, 1), read(0, -1, 2, 3)].map((op) => ({ ...op, register: 3 }));
  const good = [0, 1, 9].flatMap((register) =>
    [update(0, 5, 0, 1), read(1, 5, 2, 3)].map((op) => ({ ...op, register })),
  );
  for (const ops of [[...bad, ...good], [...good, ...bad].toReversed()])
    expect(registerViolations(Registers.of(ops)).map(({ register }) => register)).toEqual([3]);
});

/** By trying every order that real time allows: slow, and too simple to be wrong. */
function canBeOrdered(left: readonly RegisterOperation[], version: number, writer: number): boolean {
  const open = left.filter((op) => op.kind !== MAYBE_UPDATED);
  if (open.length === 0) return true;
  return left.some((op) => {
    if (left.some((other) => other.completedMs < op.invokedMs)) return false;
    const rest = left.filter((other) => other !== op);
    if (op.kind === READ) return op.version === version && op.writer === writer && canBeOrdered(rest, version, writer);
    if (op.kind === UPDATED && op.version !== version + 1) return false;
    return op.expects === version && canBeOrdered(rest, version + 1, op.writer);
  });
}

test("it says the same as trying every order, over thousands of small histories", () => {
  const operation = fc.record({
    kind: fc.constantFrom(READ, UPDATED, UPDATED, MAYBE_UPDATED),
    version: fc.nat({ max: 3 }),
    writer: fc.nat({ max: 3 }),
    invokedMs: fc.nat({ max: 12 }),
    tookMs: fc.nat({ max: 6 }),
  });
  const seen = { good: 0, bad: 0 };
  const cases = 10 * (fc.readConfigureGlobal().numRuns ?? 100);
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 6 }), (drawn) => {
      const ops = drawn.map(({ kind, version, writer, invokedMs, tookMs }, i): RegisterOperation => {
        if (kind === MAYBE_UPDATED) return maybe(version, 10 + i, invokedMs);
        if (kind === UPDATED) return update(version, 10 + i, invokedMs, invokedMs + tookMs);
        return read(version, version === 0 ? -1 : 10 + writer, invokedMs, invokedMs + tookMs);
      });
      const possible = canBeOrdered(ops, 0, -1);
      seen[possible ? "good" : "bad"] += 1;
      expect(whyNot(...ops) === null).toBe(possible);
    }),
    { seed: 21, numRuns: cases },
  );
  expect(Math.min(seen.good, seen.bad)).toBeGreaterThanOrEqual(cases / 10);
});

describe("to the millisecond", () => {
  test("an operation that ends as the next begins may have come after it; a millisecond earlier it came before", () => {
    const good = [update(0, 7, 5, 9), update(1, 8, 0, 5)];
    expect(whyNot(...good)).toBeNull();
    expect(whyNot(update(0, 7, 5, 9), update(1, 8, 0, 4))).toContain("version 2 was acknowledged before");
    expect(whyNot(update(0, 7, 5, 9), read(1, 7, 0, 5))).toBeNull();
    expect(whyNot(update(0, 7, 5, 9), read(1, 7, 0, 4))).toContain("version 1 was read before");
    expect(whyNot(read(0, -1, 5, 9), update(0, 7, 0, 5))).toBeNull();
    expect(whyNot(read(0, -1, 6, 9), update(0, 7, 0, 5))).toContain("version 1 was acknowledged before");
  });

  test("the unknown update that was sent first made the version, whichever comes first in the list", () => {
    const later = update(1, 9, 0, 4);
    for (const unknown of [
      [maybe(0, 7, 3), maybe(0, 8, 6)],
      [maybe(0, 8, 6), maybe(0, 7, 3)],
    ])
      expect(whyNot(...unknown, later)).toBeNull();
    expect(whyNot(maybe(0, 8, 6), maybe(0, 7, 5), later)).toContain("version 2 was acknowledged before");
  });

  test("an unknown update made the version only if it is its content that was read", () => {
    expect(whyNot(maybe(0, 7, 0), maybe(0, 8, 1), read(1, 8, 3, 4))).toBeNull();
    expect(whyNot(maybe(0, 7, 0), read(1, 8, 3, 4))).toBe("no update can have made version 1");
  });

  test("two reads of one version with different contents are not both right", () => {
    expect(whyNot(maybe(0, 7, 0), maybe(0, 8, 0), read(1, 7, 3, 4), read(1, 8, 3, 4))).toContain("another write");
  });

  test("the reason names the version", () => {
    expect(whyNot(update(0, 7, 0, 1), update(0, 8, 2, 3))).toBe("version 1 was made by two updates");
    expect(whyNot({ ...update(0, 7, 0, 1), version: 2 }, update(0, 9, 0, 1))).toContain("version 2 was made by");
  });
});

test("a long history is judged like a short one, in whatever order", () => {
  for (const length of [30, 31, 32, 33, 34, 200]) {
    const ops = Array.from({ length }, (_, v) => [
      update(v, 10 + v, 10 * v, 10 * v + 1),
      read(v + 1, 10 + v, 10 * v + 2, 10 * v + 3),
    ]);
    const forwards = ops.flat();
    const mixed = [...forwards.filter((_, i) => i % 3 === 0), ...forwards.filter((_, i) => i % 3 !== 0).toReversed()];
    for (const list of [forwards, forwards.toReversed(), mixed]) expect(whyNot(...list)).toBeNull();
    const stale = read(length - 1, 10 + length - 2, 10 * length + 5, 10 * length + 6);
    expect(whyNot(...mixed, stale)).toBe(
      `version ${length} was acknowledged before an operation that must precede it was sent`,
    );
  }
});

test("the register with the highest number is judged like the others", () => {
  const bad = [update(0, 7, 0, 1), read(0, -1, 2, 3)].map((op) => ({ ...op, register: 9 }));
  const good = [0, 1, 2, 3].flatMap((register) =>
    [update(0, 5, 0, 1), read(1, 5, 2, 3)].map((op) => ({ ...op, register })),
  );
  expect(registerViolations(Registers.of([...good, ...bad])).map(({ register }) => register)).toEqual([9]);
});

test("each register is sorted separately, in whatever order its updates are", () => {
  const ops = [0, 1].flatMap((register) => [update(1, 6, 2, 3), update(0, 5, 0, 1)].map((op) => ({ ...op, register })));
  expect(registerViolations(Registers.of(ops))).toEqual([]);
});

test("an unknown update that demanded an unknown version need not have happened", () => {
  expect(whyNot(maybe(5, 7, 0))).toBeNull();
});

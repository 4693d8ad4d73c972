import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CompleteLine, InvokeLine, LedgerLine, ReadLine } from "../model/load/ledger.ts";
import { Names } from "../model/load/names.ts";
import { kindOfWrite, writeId } from "../model/load/write.ts";
import { readLedger as readInto, readLedgers } from "./read-ledger.ts";

const PLAN = { seed: 77, mix: { put: 5, post: 3, bundle: 1, update: 1 }, runners: ["k6-1", "k6-2"] };
const CLOCK = { offsetMs: 1_790_000_000_000, errorMs: 1, samples: 9 };

const invoke = (n: number, atMs = n * 20): InvokeLine => {
  const [write, kind] = [writeId(PLAN.seed, n), kindOfWrite(PLAN.seed, n, PLAN.mix)];
  return { type: "invoke", write, n, kind, epochMs: CLOCK.offsetMs + atMs, r: "k6-1" };
};
const complete = (n: number, changes: Partial<CompleteLine> = {}): CompleteLine => {
  const count = kindOfWrite(PLAN.seed, n, PLAN.mix) === "bundle" ? 3 : 1;
  const stored = Array.from({ length: count }, (_, i) => `Patient/${n}-${i}/1`);
  const answer = { status: 201, errorCode: 0, error: "", stored, servedBy: "a" };
  const epochMs = CLOCK.offsetMs + n * 20 + 5;
  return { type: "complete", write: writeId(PLAN.seed, n), epochMs, ...answer, r: "k6-1", ...changes };
};
const numberOf = (kind: string) =>
  Array.from({ length: 200 }, (_, n) => n).find((n) => kindOfWrite(PLAN.seed, n, PLAN.mix) === kind) as number;
const update = numberOf("update");
const look = (n: number, changes: Partial<ReadLine> = {}): ReadLine => {
  const times = { sentEpochMs: CLOCK.offsetMs + n * 20 + 1, epochMs: CLOCK.offsetMs + n * 20 + 3 };
  const found = { status: 200, version: 4, writer: writeId(PLAN.seed, 9), servedBy: "a" };
  return { type: "read", write: writeId(PLAN.seed, n), ...times, ...found, r: "k6-1", ...changes };
};
const text = (lines: readonly (LedgerLine | object)[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
const readLedger = (ledger: string, runners: string[] | null = PLAN.runners) => {
  const { history, notes } = readInto(ledger, CLOCK, { ...PLAN, runners }, new Names(PLAN.seed));
  return { operations: [...history], notes };
};
const read = (lines: readonly (LedgerLine | object)[]) => readLedger(text(lines));

test("an invoke and a complete line make one operation, on the drill's clock", () => {
  expect(read([invoke(3), complete(3)]).operations).toEqual([
    {
      ...{ write: writeId(77, 3), n: 3, kind: kindOfWrite(77, 3, PLAN.mix), invokedMs: 60, completedMs: 65, line: 2 },
      ...{ outcome: "ok", reason: "acknowledged", status: 201, stored: complete(3).stored, servedBy: "a", read: null },
      runner: "k6-1",
    },
  ]);
});

test("the answering address is kept if present, and an invalid one damages the line", () => {
  const { operations, notes } = read([
    ...[invoke(3), complete(3, { via: "10.0.1.80" }), invoke(4), complete(4)],
    ...[invoke(5), { ...complete(5), via: 7 }],
  ]);
  expect(operations.map((op) => op.via)).toEqual(["10.0.1.80", undefined, undefined]);
  expect(notes.unreadable).toEqual([expect.stringContaining("no address where one is told")]);
});

test("a write sent twice is unknown if refused in the end, and acknowledged if acknowledged in the end", () => {
  const put = numberOf("put");
  const outcomeOf = (changes: Partial<CompleteLine>) => read([invoke(put), complete(put, changes)]).operations[0];
  expect(outcomeOf({ status: 422, stored: [] })).toMatchObject({ outcome: "fail" });
  expect(outcomeOf({ status: 422, stored: [], attempts: 2 })).toMatchObject({
    outcome: "info",
    reason: "failed-in-the-end",
  });
  expect(outcomeOf({ attempts: 3 })).toMatchObject({ outcome: "ok" });
});

test("a write without an answer is pending: unknown", () => {
  const [op] = read([invoke(0)]).operations;
  expect(op).toMatchObject({
    outcome: "info",
    reason: "pending",
    completedMs: null,
    stored: [],
    servedBy: "",
    line: 1,
  });
});

test("operations are in the order of sending, whatever the order of the lines", () => {
  const lines = [0, 1, 2, 3, 4, 5].flatMap((n) => [invoke(n), complete(n)]);
  const straight = read(lines);
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      const { operations, notes } = read(shuffled);
      const withoutLine = (ops: typeof operations) => ops.map(({ line: _, ...op }) => op);
      expect(withoutLine(operations)).toEqual(withoutLine(straight.operations));
      expect([notes.orphans, notes.repeats, notes.byAnother, notes.unreadableCount, notes.backwards]).toEqual([
        0, 0, 0, 0, 0,
      ]);
    }),
    { seed: 5 },
  );
});

describe("every anomaly is counted", () => {
  test("a repeated line, of which the first counts", () => {
    const { operations, notes } = read([invoke(0), complete(0), invoke(0), complete(0, { status: 500, stored: [] })]);
    expect(operations).toMatchObject([{ outcome: "ok" }]);
    expect(notes).toMatchObject({ repeats: 2, orphans: 0 });
  });

  test("a clock that was set back", () => {
    const { notes } = read([invoke(0), complete(0, { epochMs: CLOCK.offsetMs - 1 }), invoke(1), complete(1)]);
    expect(notes).toMatchObject({ outOfOrder: 1, backwards: 1 });
  });

  test("but not a line in the same millisecond as the line before", () => {
    const { notes } = read([invoke(0), complete(0, { epochMs: CLOCK.offsetMs }), invoke(1, 0), complete(1)]);
    expect(notes).toMatchObject({ outOfOrder: 0, backwards: 0 });
  });

  test("senders that overtake each other, which does not mean that the clock was set back", () => {
    const { notes } = read([invoke(1), invoke(0), complete(0), complete(1)]);
    expect(notes).toMatchObject({ outOfOrder: 1, backwards: 0 });
  });

  test("an answer to a write that was never sent", () => {
    const { operations, notes } = read([invoke(0), complete(0), complete(1)]);
    expect(operations).toHaveLength(1);
    expect(notes).toMatchObject({ orphans: 1, repeats: 0 });
  });

  test("an answer to a write of another run", () => {
    const { notes } = read([invoke(0), complete(0, { write: writeId(78, 0) })]);
    expect(notes.unreadable[0]).toMatch(/not of this run's seed/);
  });

  const bundle = numberOf("bundle");
  test.each([
    ["a write of another seed", { ...invoke(0), write: writeId(78, 0) }, /not of this run's seed/],
    ["a number that is not the write's own", { ...invoke(0), n: 1 }, /number 1 is not that of write/],
    ["another kind than the plan's", { ...invoke(bundle), kind: "put" }, /kind put is not what the seed says/],
    ["no number", { ...invoke(0), n: undefined }, /number undefined is not/],
    ["a read without status", { ...look(update), status: undefined }, /a read without status/],
    ["a read without its time of sending", { ...look(update), sentEpochMs: undefined }, /time of sending/],
    ["a read of version 0", { ...look(update), version: 0 }, /version that is none/],
    ["a stored name without a version", { ...complete(0), stored: ["Patient/1"] }, /nothing said of what is stored/],
    ["no time", { ...invoke(0), epochMs: null }, /no write id or no time/],
    ["no write id", { ...complete(0), write: undefined }, /no write id or no time/],
    ["no status", { ...complete(0), status: undefined }, /no status/],
    ["no list of what is stored", { ...complete(0), stored: undefined }, /no status, or nothing said/],
    ["no site", { ...complete(0), servedBy: undefined }, /no status, or nothing said/],
    ["an unknown type", { ...invoke(0), type: "retry" }, /unknown type of line retry/],
    ["no object", [1, 2], /no write id/],
    ...[invoke(0), look(update), complete(0)].flatMap((line): [string, object, RegExp][] => [
      [`no runner, of the type ${line.type}`, { ...line, r: undefined }, /no runner/],
      [`a runner that is not named, of the type ${line.type}`, { ...line, r: "k6-3" }, /"k6-3" is not named/],
      [`a runner by another letter, of the type ${line.type}`, { ...line, r: "K6-1" }, /"K6-1" is not named/],
      [`a runner in a list, of the type ${line.type}`, { ...line, r: ["k6-1"] }, /\["k6-1"\] is not named/],
      [`a runner by its number, of the type ${line.type}`, { ...line, r: 0 }, /0 is not named/],
      [`nobody for a runner, of the type ${line.type}`, { ...line, r: null }, /null is not named/],
    ]),
    ["a time that is a string", { ...complete(0), epochMs: "12" }, /no write id or no time/],
    ["a write id that is a number", { ...complete(0), write: 7 }, /no write id or no time/],
    ["half a status", { ...complete(0), status: 200.5 }, /no status/],
    ["a status of four digits", { ...complete(0), status: 1000 }, /no status/],
    ["a negative status of a read", { ...look(update), status: -1 }, /a read without status/],
    ["a read of an impossible version", { ...look(update), version: 1e9 }, /version that is none/],
    [
      "a stored version of too many digits",
      { ...complete(0), stored: [`Patient/1/${2 ** 32 + 1}`] },
      /nothing said of/,
    ],
    ["half a status of a read", { ...look(update), status: 200.5 }, /a read without status/],
    ["a read of half a version", { ...look(update), version: 1.5 }, /version that is none/],
    ["a read of a negative version", { ...look(update), version: -1 }, /version that is none/],
    ["a read without a version field", { ...look(update), version: undefined }, /version that is none/],
    ["one stored name of two", { ...complete(0), stored: ["Patient/1/1", "Patient/2"] }, /nothing said of what is/],
    ["a stored name that is null", { ...complete(0), stored: [null] }, /nothing said of what is stored/],
    ["a stored name instead of a list", { ...complete(0), stored: "Patient/1/1" }, /nothing said of what is stored/],
    ["a stored name in a nested list", { ...complete(0), stored: [["Patient/1/1"]] }, /nothing said of what is/],
    ["a stored name without a type", { ...complete(0), stored: ["/1/1"] }, /nothing said of what is stored/],
    ["a stored name without an id", { ...complete(0), stored: ["Patient//1"] }, /nothing said of what is stored/],
    [
      "a stored name with a version that is no number",
      { ...complete(0), stored: ["Patient/1/x"] },
      /nothing said of what/,
    ],
    ["zero attempts", { ...complete(0), attempts: 0 }, /sent 0 times/],
    ["half an attempt", { ...complete(0), attempts: 1.5 }, /sent 1.5 times/],
    ["attempts as a string", { ...complete(0), attempts: "2" }, /sent 2 times/],
    ["a stored name and more", { ...complete(0), stored: ["Patient/1/1/x"] }, /nothing said of what is stored/],
    ["a stored name after something", { ...complete(0), stored: ["x/Patient/1/1"] }, /nothing said of what is stored/],
  ])("%s", (_, line, reason) => {
    const { operations, notes } = read([line]);
    expect(operations).toEqual([]);
    expect(notes.unreadableCount).toBe(1);
    expect(notes.unreadable[0]).toMatch(reason);
  });

  test.each(["null", "7", '"text"'])("%s", (line) => {
    expect(readLedger(`${line}\n`).notes).toMatchObject({ unreadable: ["line 1: not an object"] });
  });
});

describe("a line with a time outside the drill is left out, and the time is named by the drill's clock:", () => {
  const lateMs = 1e9;
  const later = { epochMs: CLOCK.offsetMs + lateMs };
  const inTime = (name: string, ms: number) => {
    if (ms >= lateMs) throw new Error(`${name} of ${ms}`);
  };
  const readInTime = (lines: readonly LedgerLine[]) => {
    const { history, notes } = readInto(text(lines), CLOCK, PLAN, new Names(PLAN.seed), inTime);
    return { operations: [...history], notes };
  };
  const lines = [invoke(update), look(update), complete(update)];

  test("none of these lines is", () => {
    expect(readInTime(lines)).toEqual(read(lines));
  });

  test.each<[string, LedgerLine, string]>([
    ["when it was sent", { ...invoke(update), ...later }, "epochMs"],
    ["when it was answered", { ...complete(update), ...later }, "epochMs"],
    ["when its register had been read", look(update, later), "epochMs"],
    ["when that was asked for", look(update, { sentEpochMs: later.epochMs }), "sentEpochMs"],
  ])("%s", (_, line, name) => {
    const others = lines.filter(({ type }) => type !== line.type);
    const { operations, notes } = readInTime([line, ...others]);
    expect(notes.unreadable).toEqual([`line 1: ${name} of ${lateMs}`]);
    expect(operations).toEqual(read([{ type: "none" }, ...others]).operations);
  });
});

test("a torn last line costs that line only", () => {
  const whole = text([invoke(0), complete(0), invoke(1), complete(1)]);
  const { operations, notes } = readLedger(whole.slice(0, -9));
  expect(notes).toMatchObject({ torn: true, lines: 3, unreadableCount: 0 });
  expect(operations.map((op) => op.outcome)).toEqual(["ok", "info"]);
});

describe("the runner of a write", () => {
  const by = <T extends LedgerLine>(r: string, line: T): T => ({ ...line, r });
  const lines = [invoke(update), look(update), complete(update)];
  const noteOf = (...written: LedgerLine[]) => read(written).notes.byAnother;

  test("is known for each write, answered or not", () => {
    const { operations, notes } = read([...[0, 1].map((n) => by(`k6-${n + 1}`, invoke(n))), complete(0)]);
    expect(operations.map(({ n, runner }) => [n, runner])).toEqual([
      [0, "k6-1"],
      [1, "k6-2"],
    ]);
    expect(notes).toMatchObject({ byAnother: 0, unreadableCount: 0 });
  });

  test("is known for a write of any number", () => {
    const { operations, notes } = read([by("k6-2", invoke(100_000)), by("k6-2", look(100_000)), invoke(5000)]);
    expect(operations.map(({ runner }) => runner)).toEqual(["k6-1", "k6-2"]);
    expect(notes.byAnother).toBe(0);
  });

  test("is that of its first line; lines by another are counted, in any order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: 3 }), fc.nat({ max: 2 }), (shuffled, other) => {
        const named = shuffled.map((line) => by("k6-2", line));
        expect([noteOf(...shuffled), noteOf(...named)]).toEqual([0, 0]);
        const mixed = shuffled.with(other, named[other] as LedgerLine);
        expect(noteOf(...mixed, invoke(0), complete(0))).toBe(other === 0 ? 2 : 1);
      }),
      { seed: 44 },
    );
  });

  test("may be any of the most runners a run can have", () => {
    const names = Array.from({ length: 255 }, (_, i) => `k6-${i}`);
    const ledger = text(names.flatMap((r, n) => [by(r, invoke(n)), by(r, complete(n))]));
    const { operations, notes } = readLedger(ledger, names);
    expect(operations.map(({ runner }) => runner)).toEqual(names);
    expect(notes).toMatchObject({ byAnother: 0, unreadableCount: 0 });
  });

  test("is not named in older records, which have one", () => {
    const older = lines.map(({ r: _, ...line }) => line);
    const { operations, notes } = readLedger(text(older), null);
    expect(operations).toMatchObject([{ outcome: "ok", read: { version: 4 }, runner: "k6" }]);
    expect(notes).toMatchObject({ lines: 3, byAnother: 0, unreadableCount: 0 });
    expect(readLedger(text(older.slice(0, 1)), null).operations).toMatchObject([{ reason: "pending", runner: "k6" }]);
    for (const line of lines)
      expect(readLedger(text([line]), null).notes.unreadable).toEqual([
        'line 1: runner "k6-1", and run.json names none',
      ]);
  });
});

describe("an update's read of its register", () => {
  const readOf = (...lines: object[]) => read([invoke(update), complete(update), ...lines]).operations[0]?.read;

  test("has what it found, when, and the writer", () => {
    const at = update * 20;
    expect(readOf(look(update))).toEqual({ sentMs: at + 1, doneMs: at + 3, version: 4, writer: 9 });
  });

  test("of content that is no write's of this run has no writer", () => {
    expect(readOf(look(update, { writer: null }))).toMatchObject({ version: 4, writer: null });
    expect(readOf(look(update, { writer: "r25-3" }))).toMatchObject({ version: 4, writer: null });
  });

  test.each([{ status: 404, version: null, writer: null }, { status: 500 }, { version: null }])(
    "with the answer %j has found nothing",
    (changes) => {
      expect(readOf(look(update, changes))).toBeNull();
      expect(read([look(update, changes)]).notes.unreadable).toEqual([]);
    },
  );

  test("is kept without an answer to the update, and may come before or after its line", () => {
    expect(read([look(update), invoke(update)]).operations).toMatchObject([{ outcome: "info", read: { version: 4 } }]);
  });

  test("is an orphan if the write was never sent, and a repeat if it is the second", () => {
    for (const first of [look(update), look(update, { status: 503 })]) {
      expect(read([first]).notes).toMatchObject({ orphans: 1, repeats: 0 });
      const { operations, notes } = read([invoke(update), first, look(update, { version: 5 })]);
      expect([operations[0]?.read?.version, notes.repeats]).toEqual([first.status === 200 ? 4 : undefined, 1]);
    }
  });

  test("makes the update one that was never sent if it failed", () => {
    const lines = [
      invoke(update),
      look(update, { status: 503 }),
      complete(update, { unsent: true, status: 0, stored: [] }),
    ];
    expect(read(lines).operations).toMatchObject([{ outcome: "fail", reason: "not-sent", read: null }]);
  });
});

test("of writes sent in one millisecond, the lower number comes first", () => {
  const { operations } = read([invoke(9, 0), invoke(5, 100), invoke(7, 100), invoke(3, 100), invoke(4, 50)]);
  expect(operations.map(({ n, line }) => [n, line])).toEqual([
    [9, 1],
    [4, 5],
    [3, 4],
    [5, 2],
    [7, 3],
  ]);
});

test("a status may have three digits, a version nine", () => {
  expect(read([invoke(0), complete(0, { status: 999 })]).operations[0]).toMatchObject({ status: 999 });
  const found = read([invoke(update), look(update, { version: 999_999_999 })]).operations[0]?.read;
  expect(found?.version).toBe(999_999_999);
});

test("a stored version may have many digits, and a time may be 0", () => {
  const { operations } = read([invoke(numberOf("put")), complete(numberOf("put"), { stored: ["Patient/1/120"] })]);
  expect(operations[0]).toMatchObject({ outcome: "ok", stored: ["Patient/1/120"] });
});

/**
 * The expected result for these lines, computed in the plainest way. A history keeps 256 sites, including the empty
 * one.
 */
function expected(lines: readonly LedgerLine[]) {
  const sides = new Set([""]);
  const sent = new Map<number, number>();
  const answered = new Map<number, CompleteLine>();
  const looked = new Map<number, ReadLine>();
  let unreadableCount = 0;
  for (const line of lines) {
    const n = Number(line.write.split("-")[1]);
    if (line.type === "invoke") sent.set(n, sent.get(n) ?? line.epochMs - CLOCK.offsetMs);
    else if (line.type === "read") looked.set(n, looked.get(n) ?? line);
    else if (!answered.has(n)) {
      if (sides.size === 256 && !sides.has(line.servedBy)) unreadableCount += 1;
      else answered.set(n, line);
      if (sides.size < 256) sides.add(line.servedBy);
    }
  }
  const operations = [...sent].map(([n, invokedMs]) => {
    const [answer, found] = [answered.get(n), looked.get(n)];
    const { servedBy, stored } = answer ?? { servedBy: "", stored: [] };
    return { n, invokedMs, servedBy, stored, version: found?.version ?? null };
  });
  return { operations: operations.toSorted((x, y) => x.invokedMs - y.invokedMs || x.n - y.n), unreadableCount };
}

test("for any ledger, even with too many sites, what was understood is complete and all columns have the same length", () => {
  const crowd = Array.from({ length: 250 }, (_, i) => [
    invoke(1000 + i),
    complete(1000 + i, { servedBy: `side ${i}` }),
  ]);
  const line = fc
    .tuple(fc.nat({ max: 30 }), fc.nat({ max: 20 }), fc.nat({ max: 900 }))
    .chain(([n, side, atMs]) =>
      fc.constantFrom<LedgerLine>(
        ...[invoke(n, atMs), look(n, { version: side + 1 }), complete(n, { servedBy: `another ${side}` })],
        ...[complete(n, { servedBy: `side ${side}` }), complete(n, { status: 0, stored: [], servedBy: "" })],
      ),
    );
  // The first case certainly has too many, however few cases are run.
  const others = Array.from({ length: 8 }, (_, n) => [invoke(n), complete(n, { servedBy: `another ${n}` })]).flat();
  let tooMany = 0;
  fc.assert(
    fc.property(fc.array(line, { maxLength: 90, size: "max" }), (lines) => {
      const all = [...crowd.flat(), ...lines];
      const { history, notes } = readInto(text(all), CLOCK, PLAN, new Names(PLAN.seed));
      const { operations, unreadableCount } = expected(all);
      tooMany += unreadableCount;
      expect(notes.unreadableCount).toBe(unreadableCount);
      expect(
        [...history].map(({ n, invokedMs, servedBy, stored, read }) => {
          return { n, invokedMs, servedBy, stored, version: read?.version ?? null };
        }),
      ).toEqual(operations);
      const { n, kind, invokedMs, completedMs, outcome, status, storedName, storedVersion } = history;
      const lengths = [n, kind, invokedMs, completedMs, outcome, status].map((column) => column.length);
      expect(lengths).toEqual(lengths.map(() => history.length));
      expect(storedName.length).toBe(storedVersion.length);
      expect(history.storedFrom(history.length)).toBe(operations.flatMap(({ stored }) => stored).length);
    }),
    { seed: 43, examples: [[others]] },
  );
  expect(tooMany).toBeGreaterThan(0);
});

describe("several ledgers", () => {
  const SHIFT = 5000;
  const of = (r: string, ...lines: LedgerLine[]) => lines.map((line) => ({ ...line, r }));
  const later = (line: LedgerLine): LedgerLine => ({ ...line, epochMs: line.epochMs + SHIFT });
  const ledger = (runner: string, lines: readonly object[], offsetMs = CLOCK.offsetMs) => ({
    ...{ runner, text: text(lines) },
    clock: { ...CLOCK, offsetMs },
  });
  const readAll = (...ledgers: Parameters<typeof readLedgers>[0][number][]) => {
    const { history, notes } = readLedgers(ledgers, PLAN, new Names(PLAN.seed));
    return { operations: [...history], notes };
  };
  const mark = (type: "begin" | "end", r: string, atMs: number) => ({ type, epochMs: CLOCK.offsetMs + atMs, r });
  const [first, second] = [
    of("k6-1", invoke(0), complete(0), invoke(2), complete(2)),
    of("k6-2", invoke(1), complete(1)),
  ];

  test("are one load in the order of sending, each with its own clock", () => {
    const { operations, notes } = readAll(
      ledger("k6-1", first),
      ledger("k6-2", second.map(later), CLOCK.offsetMs + SHIFT),
    );
    expect(operations.map(({ n, runner, invokedMs, line }) => [n, runner, invokedMs, line])).toEqual([
      [0, "k6-1", 0, 2],
      [1, "k6-2", 20, 2],
      [2, "k6-1", 40, 4],
    ]);
    expect(notes).toMatchObject({ lines: 6, repeats: 0, orphans: 0, byAnother: 0, outOfOrder: 0, unreadableCount: 0 });
  });

  test("have when their runners began and ended", () => {
    const marked = [mark("begin", "k6-1", 3), ...first, mark("end", "k6-1", 99)];
    expect(readAll(ledger("k6-1", marked), ledger("k6-2", second)).notes.ofRunners).toEqual([
      { runner: "k6-1", beganMs: 3, endedMs: 99, torn: false },
      { runner: "k6-2", beganMs: null, endedMs: null, torn: false },
    ]);
    expect(readAll(ledger("k6-1", [...marked, mark("end", "k6-1", 99)]), ledger("k6-2", [])).notes.repeats).toBe(1);
  });

  test("are torn individually, and a bad line is named with its runner", () => {
    const torn = { ...ledger("k6-2", second), text: `${text(second)}{"type":"com` };
    expect(readAll(ledger("k6-1", first), torn).notes.ofRunners.map((each) => each.torn)).toEqual([false, true]);
    const { notes } = readAll(ledger("k6-1", first), ledger("k6-2", [{ ...second[0], n: 9 }]));
    expect(notes.unreadable).toEqual([expect.stringMatching(/^of k6-2, line 1: number 9 is not that of write/)]);
  });

  test("contain lines of no other runner, and each write is in one of them", () => {
    const { notes } = readAll(ledger("k6-1", [...first, ...second]), ledger("k6-2", []));
    expect(notes.unreadable).toHaveLength(2);
    expect(notes.unreadable[0]).toMatch(/^of k6-1, line 5: runner "k6-2" is not named/);
    const twice = readAll(ledger("k6-1", first), ledger("k6-2", [...second, ...of("k6-2", invoke(0), complete(0))]));
    expect(twice.notes).toMatchObject({ repeats: 2, byAnother: 2 });
  });

  test("have begin lines only if there are several", () => {
    expect(read([mark("begin", "k6-1", 0), invoke(0), complete(0)]).notes.unreadable).toEqual([
      "line 1: unknown type of line begin",
    ]);
  });
});

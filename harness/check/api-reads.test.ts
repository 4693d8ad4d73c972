import { describe, expect, test } from "vitest";
import type { AuditLine, AuditRead, ReadsEnd } from "../model/record/audit.ts";
import { apiReads } from "./api-reads.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";

const reads = fakeParts().audit.filter((line): line is AuditRead => line.type === "read");
const wanted = reads.length;

/** Of the reads those that `keep` says; and what was said at their end. */
const checked = (keep: (place: number) => boolean, end: Partial<ReadsEnd> = {}, change = (read: AuditRead) => read) => {
  const record = fakeRun({}, ({ audit }: Parts) => {
    let place = 0;
    const kept = audit.flatMap((line): AuditLine[] =>
      line.type !== "read" ? [line] : keep(place++) ? [change(line)] : [],
    );
    const count = kept.filter(({ type }) => type === "read").length;
    return { audit: kept.map((line) => (line.type === "reads-end" ? { ...line, reads: count, ...end } : line)) };
  });
  return apiReads.check(record, gatherFacts(record));
};
/** Of a run that made only twenty resources so many were read, as a sample. */
const ofTwenty = (count: number) => {
  const record = fakeRun({}, ({ run, operations, audit }) => {
    const load = { ...run.scenario.load, mix: { ...run.scenario.load.mix, update: 0 } };
    const few = operations.filter(({ kind, outcome }) => kind === "put" && outcome === "ok").slice(0, 20);
    const writes = new Set(few.map(({ write }) => write));
    const ours = audit.filter((line) => line.type !== "read" || writes.has(line.write));
    let left = count;
    const kept = ours.filter(({ type }) => type !== "read" || left-- > 0);
    return {
      run: { ...run, scenario: { ...run.scenario, load } },
      operations: few,
      audit: kept.map((line) => (line.type === "reads-end" ? { ...line, ...OLD, reads: count } : line)),
    };
  });
  return apiReads.check(record, gatherFacts(record));
};
const OLD = { wanted: undefined, withinMs: undefined, tookMs: undefined };
const TIME_UP = { tookMs: 120_001 };

test("all that there is to read was read", () => {
  expect(checked(() => true)).toEqual({
    verdict: "holds",
    reason: `${wanted} of ${wanted} resources were read through the API of B`,
    measures: { reads: { wanted, answered: wanted, wrongAtMost: 0 } },
  });
});

test("where all was read none is left to be wrong, whatever the answers were", () => {
  const denied = (read: AuditRead) => ({ ...read, status: 404, version: null });
  expect(checked(() => true, {}, denied)).toMatchObject({
    verdict: "holds",
    measures: { reads: { answered: wanted, wrongAtMost: 0 } },
  });
});

describe("when the time was up, the verdict says how far the rest may be believed", () => {
  test("most were read", () => {
    const { verdict, reason, measures } = checked((place) => place < 150, TIME_UP);
    // 1 - 0.05^(1/150) = 1.98 % of them.
    const wrongAtMost = Math.floor((1 - 0.05 ** (1 / 150)) * wanted);
    expect([verdict, measures?.reads]).toEqual(["holds", { wanted, answered: 150, wrongAtMost }]);
    expect(reason).toMatch(/; with 95 % confidence no more than \d+ of the others are wrong$/);
  });

  test("no more than the rest can be wrong", () => {
    expect(checked((place) => place < wanted - 1, TIME_UP).measures?.reads?.wrongAtMost).toBe(1);
  });

  test("too few were read: more than one in twenty may be wrong", () => {
    expect(checked((place) => place < 58, TIME_UP)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/; too few: with 95 %/),
    });
    expect(checked((place) => place < 59, TIME_UP).verdict).toBe("holds");
  });

  test("one in twenty may be wrong, and no more than that", () => {
    expect(ofTwenty(19).verdict).toBe("holds");
    expect(ofTwenty(18)).toMatchObject({ verdict: "inconclusive", reason: expect.stringMatching(/no more than 2 of/) });
  });

  test("none was read", () => {
    const { verdict, reason, measures } = checked(() => false, TIME_UP);
    expect([verdict, measures?.reads]).toEqual(["inconclusive", { wanted, answered: 0, wrongAtMost: null }]);
    expect(reason).toMatch(/; none was given$/);
  });

  test("of what was denied nothing follows for the others", () => {
    const denied = (read: AuditRead) => ({ ...read, status: 404, version: null });
    expect(checked((place) => place < 150, TIME_UP, denied).verdict).toBe("inconclusive");
  });

  test("one of those read is not as the database has it", () => {
    const [first] = reads;
    const older = (read: AuditRead) => (read.resource === first?.resource ? { ...read, version: 9 } : read);
    expect(checked((place) => place < 150, TIME_UP, older)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/; of those 1 answers are not what the database has$/),
      measures: { reads: { wrongAtMost: null } },
    });
  });
});

describe("those that were left out are a random rest, or nothing is known of them", () => {
  test("there was time for them", () => {
    expect(checked((place) => place < 150)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/; there was time to read the others$/),
    });
    expect(checked((place) => place < 150, { withinMs: undefined, tookMs: 120_001 }).verdict).toBe("inconclusive");
    expect(checked((place) => place < 150, { withinMs: 120_000, tookMs: 120_000 }).verdict).toBe("holds");
  });

  test("there would have been time for them, in the time that each audit has", () => {
    for (const withinMs of [0, 1, 119_999])
      expect(checked((place) => place < 150, { ...TIME_UP, withinMs })).toMatchObject({
        verdict: "inconclusive",
        reason: expect.stringMatching(new RegExp(`; its audit had ${withinMs} ms for them, in place of 120000$`)),
      });
    expect(checked((place) => place < 150, { withinMs: 300_000, tookMs: 300_001 }).verdict).toBe("holds");
    // What was read to the end needed no more.
    expect(checked(() => true, { withinMs: 3000, tookMs: 3001 }).verdict).toBe("holds");
  });

  test("another that nobody wanted stands for none of them", () => {
    const record = fakeRun({}, ({ audit }) => {
      const last = audit.findLast((line) => line.type === "read");
      const other = { resource: "Patient/other", status: 404, version: null, content: null };
      return { audit: audit.map((line) => (line === last ? { ...line, ...other } : line) as AuditLine) };
    });
    expect(apiReads.check(record, gatherFacts(record))).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/; there was time to read the others$/),
    });
  });

  test("they were not the last in order", () => {
    expect(checked((place) => place !== 17, TIME_UP)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/; the others are not those that were last in order$/),
    });
  });

  test("there were others to read", () => {
    for (const other of [wanted - 1, wanted + 1])
      expect(checked(() => true, { wanted: other })).toMatchObject({
        verdict: "inconclusive",
        reason: expect.stringContaining(`; its audit wanted to read ${other}`),
      });
  });
});

test("of each it was written down what was given", () => {
  const [first] = reads;
  const silent = ({ content: _, ...read }: AuditRead): AuditRead => read;
  const one = (read: AuditRead) => (read.resource === first?.resource ? silent(read) : read);
  expect(checked(() => true, {}, one)).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringMatching(/; of 1 nobody wrote down what was given$/),
  });
  const unreferred = ({ refersTo: _, ...read }: AuditRead): AuditRead => read;
  expect(checked(() => true, {}, unreferred)).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringMatching(new RegExp(`; of ${wanted} nobody wrote down what was given$`)),
  });
  // Where nothing was given, there was nothing to write down.
  expect(
    checked(
      () => true,
      {},
      (read) => (read.resource === first?.resource ? { ...silent(read), status: 404 } : read),
    ).verdict,
  ).toBe("holds");
  expect(checked(() => true, OLD, silent).verdict).toBe("holds");
});

test("a record that has a seal tells how many there were to read", () => {
  const record = fakeRun({}, ({ audit, run }) => ({
    run: { ...run, record: 2 },
    audit: audit.map((line) => (line.type === "reads-end" ? { ...line, ...OLD } : line)),
  }));
  expect(apiReads.check(record, gatherFacts(record))).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringMatching(/; its audit does not say how many it wanted to read$/),
  });
});

describe("what was late where FHIR alone was asked", () => {
  const late = (end: Partial<ReadsEnd>) => checked(() => true, { passes: 3, tookMs: 9000, ...end });

  test("is told, with the longest that it took", () => {
    expect(late({ late: { count: 4, maxMs: 6040 } })).toMatchObject({
      verdict: "holds",
      reason: `${wanted} of ${wanted} resources were read through the API of B, 4 of them late, by 6.0 s at the most`,
    });
    expect(late({ late: { count: 4, maxMs: 9000 } }).verdict).toBe("holds");
    expect(late({ late: { count: 0, maxMs: null } })).toEqual(checked(() => true));
  });

  test.each<[string, Partial<ReadsEnd>, string]>([
    ["in one pass", { passes: 1, late: { count: 1, maxMs: 10 } }, "what was asked for once cannot have been late"],
    ["in nobody's count of passes", { passes: undefined, late: { count: 1, maxMs: 10 } }, "what was asked for once"],
    ["for longer than it took", { late: { count: 200, maxMs: 900_000 } }, "nothing can have been later than all"],
    ["for longer than nobody says", { late: { count: 1, maxMs: null } }, "nothing can have been later than all"],
  ])("cannot have been %s", (_, end, why) => {
    expect(late(end)).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining(`; ${why}`) });
  });

  test("is nothing where all was there at once, in a single pass", () => {
    expect(late({ passes: 1, late: { count: 0, maxMs: null } }).verdict).toBe("holds");
  });
});

describe("an older record has a sample", () => {
  test("of which the same is said", () => {
    expect(checked((place) => place % 2 === 0, OLD).verdict).toBe("holds");
    expect(checked((place) => place % 7 === 0, OLD).verdict).toBe("inconclusive");
  });

  test("in which nothing was read, it says nothing", () => {
    expect(checked(() => false, OLD).verdict).toBe("inconclusive");
  });

  test("in which a few are read over and over says no more than those few", () => {
    const record = fakeRun({}, ({ audit }) => {
      const few = new Set(reads.slice(0, 20).map(({ resource }) => resource));
      const lines = audit.flatMap((line): AuditLine[] => {
        if (line.type !== "read") return [line];
        return few.has(line.resource) ? Array(10).fill(line) : [];
      });
      return { audit: lines.map((line) => (line.type === "reads-end" ? { ...line, ...OLD, reads: 200 } : line)) };
    });
    const { verdict, measures } = apiReads.check(record, gatherFacts(record));
    expect([verdict, measures?.reads?.answered]).toEqual(["inconclusive", 20]);
  });
});

test("where no client was told of anything, and nothing stood before, there is nothing to read", () => {
  const bare = fakeRun({}, ({ run, audit }) => {
    const load = { ...run.scenario.load, mix: { put: 1, post: 1, bundle: 1, update: 0 } };
    return {
      run: { ...run, scenario: { ...run.scenario, load } },
      operations: [],
      audit: audit.flatMap((line): AuditLine[] => {
        if (line.type === "reads-end") return [{ ...line, reads: 0, wanted: 0 }];
        return line.type === "read" ? [] : [line];
      }),
    };
  });
  expect(apiReads.check(bare, gatherFacts({ ...bare })).verdict).toBe("no-objective");
});

test("what is there is not known without an audit", () => {
  const record = fakeRun({}, () => ({ audit: [] }));
  const reason = "what B holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [apiReads]).checks).toMatchObject([{ name: "api-reads", verdict: "inconclusive", reason }]);
});

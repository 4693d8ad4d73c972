import { describe, expect, test } from "vitest";
import type { AuditLine, AuditRead, ReadsEnd } from "../model/record/audit.ts";
import { apiReads } from "./api-reads.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";

const reads = fakeParts().audit.filter((line): line is AuditRead => line.type === "read");
const wanted = reads.length;

/** Keeps the reads that `keep` selects, with these changes to the line at their end. */
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
/** A run with only twenty resources, of which this many were read, as a sample. */
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

test("holds if everything was read", () => {
  expect(checked(() => true)).toEqual({
    verdict: "holds",
    reason: `${wanted} of ${wanted} resources were read through the API of B`,
    measures: { reads: { wanted, answered: wanted, wrongAtMost: 0 } },
  });
});

test("if everything was read, none is left to be wrong, whatever the answers were", () => {
  const denied = (read: AuditRead) => ({ ...read, status: 404, version: null });
  expect(checked(() => true, {}, denied)).toMatchObject({
    verdict: "holds",
    measures: { reads: { answered: wanted, wrongAtMost: 0 } },
  });
});

describe("when the time was up, the verdict bounds the errors in the rest", () => {
  test("most were read", () => {
    const { verdict, reason, measures } = checked((place) => place < 150, TIME_UP);
    // 1 - 0.05^(1/150) = 1.98 % of them.
    const wrongAtMost = Math.floor((1 - 0.05 ** (1 / 150)) * wanted);
    expect([verdict, measures?.reads]).toEqual(["holds", { wanted, answered: 150, wrongAtMost }]);
    expect(reason).toMatch(/; with 95 % confidence no more than \d+ of the others are wrong$/);
  });

  test("the bound is at most the size of the rest", () => {
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
    expect(reason).toMatch(/; no resource was returned$/);
  });

  test("denials prove nothing about the others", () => {
    const denied = (read: AuditRead) => ({ ...read, status: 404, version: null });
    expect(checked((place) => place < 150, TIME_UP, denied).verdict).toBe("inconclusive");
  });

  test("one of those read differs from the database", () => {
    const [first] = reads;
    const older = (read: AuditRead) => (read.resource === first?.resource ? { ...read, version: 9 } : read);
    expect(checked((place) => place < 150, TIME_UP, older)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/; 1 of these answers differ from the database$/),
      measures: { reads: { wrongAtMost: null } },
    });
  });
});

describe("the ones left out are a random rest, or nothing is known of them", () => {
  test("there was time for them", () => {
    expect(checked((place) => place < 150)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/; there was time to read the others$/),
    });
    expect(checked((place) => place < 150, { withinMs: undefined, tookMs: 120_001 }).verdict).toBe("inconclusive");
    expect(checked((place) => place < 150, { withinMs: 120_000, tookMs: 120_000 }).verdict).toBe("holds");
  });

  test("there would have been time for them within the limit of every audit", () => {
    for (const withinMs of [0, 1, 119_999])
      expect(checked((place) => place < 150, { ...TIME_UP, withinMs })).toMatchObject({
        verdict: "inconclusive",
        reason: expect.stringMatching(new RegExp(`; its audit had ${withinMs} ms for them, instead of 120000$`)),
      });
    expect(checked((place) => place < 150, { withinMs: 300_000, tookMs: 300_001 }).verdict).toBe("holds");
    // A complete read needed no more time.
    expect(checked(() => true, { withinMs: 3000, tookMs: 3001 }).verdict).toBe("holds");
  });

  test("a read of an unwanted resource does not replace one of them", () => {
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

  test("they were not the last in the drawn order", () => {
    expect(checked((place) => place !== 17, TIME_UP)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/; the others are not the last in the drawn order$/),
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

test("the content of each answer must be recorded", () => {
  const [first] = reads;
  const silent = ({ content: _, ...read }: AuditRead): AuditRead => read;
  const one = (read: AuditRead) => (read.resource === first?.resource ? silent(read) : read);
  expect(checked(() => true, {}, one)).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringMatching(/; for 1 of them it was not recorded what was given$/),
  });
  const unreferred = ({ refersTo: _, ...read }: AuditRead): AuditRead => read;
  expect(checked(() => true, {}, unreferred)).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringMatching(new RegExp(`; for ${wanted} of them it was not recorded what was given$`)),
  });
  // Without an answer there is nothing to record.
  expect(
    checked(
      () => true,
      {},
      (read) => (read.resource === first?.resource ? { ...silent(read), status: 404 } : read),
    ).verdict,
  ).toBe("holds");
  expect(checked(() => true, OLD, silent).verdict).toBe("holds");
});

test("a sealed record must say how many there were to read", () => {
  const record = fakeRun({}, ({ audit, run }) => ({
    run: { ...run, record: 2 },
    audit: audit.map((line) => (line.type === "reads-end" ? { ...line, ...OLD } : line)),
  }));
  expect(apiReads.check(record, gatherFacts(record))).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringMatching(/; its audit does not record how many it wanted to read$/),
  });
});

describe("a late resource of a system that is read through FHIR alone", () => {
  const late = (end: Partial<ReadsEnd>) => checked(() => true, { passes: 3, tookMs: 9000, ...end });

  test("is reported, with the longest delay", () => {
    expect(late({ late: { count: 4, maxMs: 6040 } })).toMatchObject({
      verdict: "holds",
      reason: `${wanted} of ${wanted} resources were read through the API of B, 4 of them late, by 6.0 s at most`,
    });
    expect(late({ late: { count: 4, maxMs: 9000 } }).verdict).toBe("holds");
    expect(late({ late: { count: 0, maxMs: null } })).toEqual(checked(() => true));
  });

  test.each<[string, Partial<ReadsEnd>, string]>([
    [
      "in one pass",
      { passes: 1, late: { count: 1, maxMs: 10 } },
      "a resource that was read only once cannot have been late",
    ],
    [
      "without a count of passes",
      { passes: undefined, late: { count: 1, maxMs: 10 } },
      "a resource that was read only once",
    ],
    ["for longer than the reading took", { late: { count: 200, maxMs: 900_000 } }, "no delay can be longer than all"],
    ["without a longest delay", { late: { count: 1, maxMs: null } }, "no delay can be longer than all"],
  ])("cannot have been %s", (_, end, why) => {
    expect(late(end)).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining(`; ${why}`) });
  });

  test("is none if everything was present in a single pass", () => {
    expect(late({ passes: 1, late: { count: 0, maxMs: null } }).verdict).toBe("holds");
  });
});

describe("an older record has a sample", () => {
  test("that is judged the same way", () => {
    expect(checked((place) => place % 2 === 0, OLD).verdict).toBe("holds");
    expect(checked((place) => place % 7 === 0, OLD).verdict).toBe("inconclusive");
  });

  test("that proves nothing if nothing was read", () => {
    expect(checked(() => false, OLD).verdict).toBe("inconclusive");
  });

  test("that proves no more if the same few are read repeatedly", () => {
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

test("without acknowledged writes and data from before the load there is nothing to read", () => {
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

test("is inconclusive without an audit", () => {
  const record = fakeRun({}, () => ({ audit: [] }));
  const reason = "what B holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [apiReads]).checks).toMatchObject([{ name: "api-reads", verdict: "inconclusive", reason }]);
});

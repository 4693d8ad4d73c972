import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import { gatherFacts } from "./facts.ts";
import { hiddenUpdates } from "./hidden-updates.ts";
import { judge } from "./judge.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";

const checked = (changes: Partial<Plan> = {}, edit?: (parts: Parts) => Partial<Parts>) => {
  const record = fakeRun(changes, edit);
  return hiddenUpdates.check(record, gatherFacts(record));
};

/** An audit in which everything that a write made has this age. */
const dated = (audit: Parts["audit"], write: string | undefined, updatedMs: number): Parts["audit"] =>
  audit.map((line) => (line.type === "row" && line.write === write ? { ...line, updatedMs } : line));

/** An audit in which the resources of one write can differ in age. */
const BUNDLE = fakeParts().operations.find(({ kind, n }) => kind === "bundle" && n > 40);

describe("a site that takes over with a slow clock", () => {
  test("hides what it acknowledges until its clock has caught up, and nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 40 }), (slowMs, tookMs) => {
        const { operations } = fakeParts({ slowMs, tookMs });
        const acknowledged = operations.filter(({ outcome }) => outcome === "ok");
        const lastOfA = acknowledged.findLast(({ servedBy }) => servedBy === "a")?.invokedMs as number;
        const early = acknowledged.filter(
          ({ servedBy, invokedMs }) => servedBy === "b" && invokedMs - slowMs < lastOfA,
        );
        const { measures, verdict } = checked({ slowMs, tookMs });
        expect(verdict).toBe("no-objective");
        expect(measures?.hidden?.ids).toEqual(early.map(({ write }) => write));
        const most = early.map(({ invokedMs }) => lastOfA - (invokedMs - slowMs));
        expect(measures?.hidden?.maxMs).toBe(Math.max(0, ...most));
      }),
      { seed: 20261125 },
    );
  });

  test("is described in the reason", () => {
    expect(checked({ slowMs: 60_000 }).reason).toMatch(
      /^\d+ of \d+ writes have earlier timestamps than what could be read before they were sent, the worst by 5\d\.\d{3} s$/,
    );
    expect(checked({ slowMs: 60_000 }).evidence?.[0]).toMatch(
      /^w3mv-\d+: made 5\d\.\d{3} s before what could already be read/,
    );
  });
});

test("with correct clocks nothing is hidden, whichever site serves", () => {
  for (const changes of [{}, { held: true }, { operator: null, outage: null }, { lost: [70, 71], stranded: [70] }])
    expect(checked(changes).measures?.hidden).toEqual({ count: 0, ids: [], maxMs: 0 });
});

describe("to the millisecond", () => {
  /** Write 61 is this much older than write 60, which was acknowledged `gapMs` before it was sent. */
  const shifted = (byMs: number, gapMs: number) =>
    checked({ outage: null, operator: null }, ({ operations, audit }) => {
      const [before, after] = [operations[60], operations[61]];
      if (!before || !after) throw new Error("there are no such writes");
      const madeMs = PLAN.clock.offsetMs + before.invokedMs - byMs;
      return {
        operations: operations.map((op) => (op === before ? { ...op, completedMs: after.invokedMs - gapMs } : op)),
        audit: dated(audit, after.write, madeMs),
      };
    }).measures?.hidden?.ids;
  const [, hidden] = [60, 61].map((n) => fakeParts().operations[n]?.write);

  test("a write with the same time is not hidden", () => {
    expect(shifted(0, 1)).toEqual([]);
    expect(shifted(1, 1)).toEqual([hidden]);
  });

  test("a write not yet acknowledged when it was sent hides nothing", () => {
    expect(shifted(1, 0)).toEqual([]);
  });
});

test("without hidden writes the reason names no worst", () => {
  expect(checked().reason).toMatch(
    /^0 of \d+ writes have earlier timestamps than what could be read before they were sent$/,
  );
});

test("is found wherever its row is in the audit, and whatever is acknowledged late beside it", () => {
  const finding = checked({ outage: null, operator: null }, ({ operations, audit }) => {
    const [slow, seen, late] = [operations[59], operations[60], operations[61]];
    // Older only than the one just before it.
    const updatedMs = PLAN.clock.offsetMs + (seen?.invokedMs ?? 0) - 1;
    const isLate = (line: Parts["audit"][number]) => line.type === "row" && line.write === late?.write;
    const made = dated(audit, late?.write, updatedMs);
    return {
      operations: operations.map((op) => (op === slow ? { ...op, completedMs: op.invokedMs + 5000 } : op)),
      audit: [...made.filter(isLate), ...made.filter((line) => !isLate(line))],
    };
  });
  expect(finding.measures?.hidden?.ids).toEqual([fakeParts().operations[61]?.write]);
});

test("ignores writes that were not acknowledged, or are lost in part", () => {
  const old = PLAN.clock.offsetMs;
  const unknown = checked({ outage: null, operator: null }, ({ operations, audit }) => ({
    operations: operations.map((op, i) => (i === 61 ? { ...op, outcome: "info" } : op)),
    audit: dated(audit, operations[61]?.write, old),
  }));
  expect(unknown.measures?.hidden?.ids).toEqual([]);
  const torn = checked({ outage: null, operator: null, torn: [BUNDLE?.n ?? 0] }, ({ audit }) => ({
    audit: dated(audit, BUNDLE?.write, old),
  }));
  expect(torn.measures?.hidden?.ids).toEqual([]);
});

test("an older resource of a transaction hides it, although the others are newer", () => {
  const finding = checked({ outage: null, operator: null }, ({ audit }) => {
    const last = audit.findLast((line) => line.type === "row" && line.side === "a" && line.write === BUNDLE?.write);
    return { audit: audit.map((line) => (line === last ? { ...line, updatedMs: PLAN.clock.offsetMs } : line)) };
  });
  expect(finding.measures?.hidden?.ids).toEqual([BUNDLE?.write]);
});

test("without the times of versions there is no figure", () => {
  const silent = ({ audit }: Parts) => ({
    audit: audit.map((line) => (line.type === "row" ? { ...line, updatedMs: null } : line)),
  });
  expect(checked({}, silent)).toEqual({
    verdict: "not-examined",
    reason: "no audit recorded when the acknowledged versions were made",
  });
  expect(judge(fakeRun({}, silent)).measures.hidden).toEqual(UNMEASURED.hidden);
});

test("is inconclusive without an audit", () => {
  const cut = ({ audit }: Parts) => ({ audit: audit.filter(({ type }) => type !== "rows-end") });
  expect(checked({}, cut).verdict).toBe("inconclusive");
});

test("is listed under its name, and is inconclusive if k6's clock was never mapped", () => {
  const record = fakeRun({}, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [hiddenUpdates]).checks).toMatchObject([
    { name: "hidden-updates", verdict: "inconclusive", reason: expect.stringMatching(/^k6's clock was never mapped/) },
  ]);
});

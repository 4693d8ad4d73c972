import { describe, expect, test } from "vitest";
import { registerOf } from "../model/load/write.ts";
import { broughtBackOf } from "./brought-back.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { linearizableRegisters } from "./linearizable-registers.ts";
import type { Plan } from "./testing/fake-plan.ts";
import { broughtBack, cameBack } from "./testing/fake-return.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";

/** Long enough for registers that A updated and that are looked at again on B. */
const LONG: Partial<Plan> = { baselineSeconds: 30, afterSeconds: 20 };
const { operations } = fakeParts(LONG);
const updates = operations.filter((op) => op.kind === "update" && op.outcome === "ok");
const lastOfA = updates.findLast(
  (op) =>
    op.servedBy === "a" && updates.some((next) => next.servedBy === "b" && registerOf(next.n) === registerOf(op.n)),
) as (typeof operations)[number];
const firstOfB = updates.find(
  (op) => op.servedBy === "b" && registerOf(op.n) === registerOf(lastOfA.n),
) as (typeof operations)[number];
const one = (kind: string) => operations.find((op) => op.kind === kind && op.servedBy === "a")?.n as number;

describe("writes of every kind that were gone for a while and are there again", () => {
  const numbers = [one("put"), one("post"), one("bundle"), lastOfA.n];
  const record = recordOf(broughtBack(LONG, numbers));

  test("are told by the numbers of their rows", () => {
    const found = [...broughtBackOf(record, gatherFacts(record))].map((i) => record.history.n[i]);
    expect(found.toSorted()).toEqual(numbers.toSorted());
    expect(broughtBackOf({ ...record, returned: [] }, gatherFacts(record)).size).toBe(0);
  });

  test("are no defect of any kind", () => {
    const { measures, checks, verdict } = judge(record);
    expect(checks.filter((check) => check.verdict === "broken" || check.verdict === "inconclusive")).toEqual([]);
    expect(verdict).toBe("holds");
    const { lost, stranded, duplicated, doubleExecuted, regressed, unexpected, divergence } = measures;
    const counts = [lost, stranded, duplicated, doubleExecuted, regressed, unexpected].map(({ count }) => count);
    expect(counts).toEqual([0, 0, 0, 0, 0, 0]);
    expect(divergence).toEqual({ onlyServing: 0, onlyOther: 0, different: 0 });
  });
});

describe("not brought back is", () => {
  const short = fakeParts();
  const first = (kind: string, side: string) =>
    short.operations.find((op) => op.kind === kind && op.servedBy === side) as Parts["operations"][number];
  const [put, bundle] = [first("put", "a"), first("bundle", "a")];
  const found = (parts: Parts) => {
    const record = recordOf(parts);
    return [...broughtBackOf(record, gatherFacts(record))].map((i) => record.history.n[i]);
  };

  test("what nobody acknowledged", () => {
    const { operations: all, ...parts } = broughtBack({}, [put.n]);
    expect(found({ ...parts, operations: all })).toEqual([put.n]);
    const unknown = all.map((op) => (op.n === put.n ? { ...op, outcome: "info" as const } : op));
    expect(found({ ...parts, operations: unknown })).toEqual([]);
  });

  test("what is still gone", () => {
    expect(found(cameBack(fakeParts({ lost: [put.n], stranded: [put.n] })))).toEqual([]);
  });

  test("what the other side acknowledged, though this one had done it, too", () => {
    const { n } = first("put", "b");
    expect(found(cameBack(fakeParts({ twice: [n] })))).toEqual([]);
  });

  test("what the side itself did not have any more when it came back", () => {
    const { returned, ...parts } = broughtBack({}, [put.n]);
    const others = returned.filter((line) => line.type !== "row" || line.write !== put.write);
    expect(found({ ...parts, returned: others })).toEqual([]);
  });

  test("a transaction of which the other side had got a part", () => {
    const parts = broughtBack({}, [bundle.n]);
    const one = parts.returned.find((line) => line.type === "row" && line.write === bundle.write);
    const copied = parts.audit.map((line) =>
      line.type === "row" && one?.type === "row" && line.resource === one.resource ? { ...line, pid: one.pid } : line,
    );
    expect(found(parts)).toEqual([bundle.n]);
    expect(found({ ...parts, audit: copied })).toEqual([]);
  });
});

describe("a look at a register while its last update was gone", () => {
  /** It found the version before, and did nothing. */
  const looked = (parts: Parts) =>
    recordOf({
      ...parts,
      operations: parts.operations.map((op) =>
        op.n === firstOfB.n && op.read && lastOfA.read
          ? {
              ...op,
              outcome: "fail",
              stored: [],
              read: { ...op.read, version: lastOfA.read.version, writer: lastOfA.read.writer },
            }
          : op,
      ),
    });
  const verdictOf = (parts: Parts) => {
    const record = looked(parts);
    return linearizableRegisters.check(record, gatherFacts(record)).verdict;
  };

  test("is no violation when it was brought back, and one when it had never been away", () => {
    expect(verdictOf(broughtBack(LONG, [lastOfA.n]))).toBe("holds");
    expect(verdictOf(fakeParts(LONG))).toBe("broken");
    expect(verdictOf({ ...broughtBack(LONG, [lastOfA.n]), returned: [] })).toBe("broken");
  });
});

import { describe, expect, test } from "vitest";
import type { Operation } from "../model/columns/operation.ts";
import { kindOfWrite, registerOf } from "../model/load/write.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { linearizableRegisters } from "./linearizable-registers.ts";
import { withAsks } from "./testing/fake-audit.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";
import { MIX } from "./testing/fake-writes.ts";

/** 60 s without an outage: registers with four or more updates. */
const CALM: Partial<Plan> = { outage: null, operator: null, afterSeconds: 60, seed: 3 };
const { operations } = fakeParts(CALM);
const numbersOf = (register: number) =>
  operations.filter((op) => op.kind === "update" && registerOf(op.n) === register).map((op) => op.n);
const register = Array.from({ length: 100 }, (_, r) => r).find((r) => numbersOf(r).length >= 3) as number;
const [first, second, third] = numbersOf(register) as [number, number, number];
const name = `Patient/r3-${register}`;

const checked = (changes: Partial<Plan> = {}, edit?: (parts: Parts) => Partial<Parts>) => {
  const record = fakeRun({ ...CALM, ...changes }, edit);
  return linearizableRegisters.check(record, gatherFacts(record));
};
const withWrite = (n: number, change: (op: Operation) => Partial<Operation>) => (parts: Parts) => ({
  operations: parts.operations.map((op) => (op.n === n ? { ...op, ...change(op) } : op)),
});
const rereads = (n: number, changes: object) => withWrite(n, ({ read }) => ({ read: read && { ...read, ...changes } }));

test("all registers of a sound run are judged, and each behaves like a single register", () => {
  const registers = new Set(operations.filter((op) => op.kind === "update").map((op) => registerOf(op.n))).size;
  expect(registers).toBeGreaterThan(60);
  expect(checked()).toMatchObject({
    verdict: "holds",
    measures: { registers: { checked: registers, violations: [] } },
  });
});

test("finds a stale read, and names its register", () => {
  const before = operations[second]?.read;
  const { verdict, evidence } = checked({}, rereads(third, { version: before?.version, writer: before?.writer }));
  expect(verdict).toBe("broken");
  expect(evidence).toHaveLength(1);
  expect(evidence?.[0]).toContain(`${name}: `);
});

test("finds a version given to two updates", () => {
  const { evidence } = checked(
    {},
    withWrite(third, () => ({ stored: operations[second]?.stored as string[] })),
  );
  expect(evidence).toEqual([expect.stringMatching(new RegExp(`^${name}: version \\d+ was made by two`))]);
});

test("finds content that is not the version's own", () => {
  const { evidence } = checked({}, rereads(third, { writer: first }));
  expect(evidence).toEqual([expect.stringMatching(/read with the content of another write/)]);
});

test("content of no write is only that of the first version", () => {
  expect(operations[first]?.read).toMatchObject({ version: 1, writer: null });
  expect(checked({}, rereads(third, { writer: null })).verdict).toBe("broken");
});

test("a lost update may never have happened, and reading its content is no violation", () => {
  expect(checked({ lost: [second] }).verdict).toBe("holds");
  // After a failover the lost version is given out again, to an update that never read it.
  const again = (parts: Parts) =>
    withWrite(third, () => ({ read: operations[second]?.read ?? null, stored: operations[second]?.stored ?? [] }))({
      ...parts,
      operations: parts.operations,
    });
  const moved = (parts: Parts) => ({
    ...again(parts),
    audit: parts.audit.map((line) =>
      line.type === "row" && line.write === operations[third]?.write ? { ...line, version: line.version - 1 } : line,
    ),
  });
  expect(checked({ lost: [second] }, again).verdict).toBe("holds");
  expect(checked({}, moved).verdict).toBe("broken");
});

test("a missing update of unknown outcome may have been read before it was lost", () => {
  const unknown = (parts: Parts) => ({
    ...withWrite(second, () => ({ outcome: "info", stored: [], completedMs: 1e6, status: 0 }))(parts),
    audit: parts.audit.filter((line) => line.type !== "row" || line.write !== operations[second]?.write),
  });
  const recount = (parts: Parts) => {
    const { audit, ...rest } = unknown(parts);
    const rows = audit.filter((line) => line.type === "row" && line.side === "a").length;
    return {
      ...rest,
      audit: audit.map((line) => (line.type === "rows-end" && line.side === "a" ? { ...line, rows } : line)),
    };
  };
  expect(checked({}, recount).verdict).toBe("holds");
});

test("a failed update made nothing, but its read counts", () => {
  const failed = withWrite(numbersOf(register).at(-1) as number, () => ({ outcome: "fail", stored: [] }));
  expect(checked({}, failed).verdict).toBe("holds");
});

test("registers with an unknown demanded version are not judged, and the reason says so", () => {
  const { verdict, reason } = checked(
    {},
    withWrite(second, () => ({ read: null })),
  );
  expect(verdict).toBe("inconclusive");
  expect(reason).toContain("for 1 registers");
  expect(
    checked(
      {},
      withWrite(second, () => ({ read: null, outcome: "fail" })),
    ).verdict,
  ).not.toBe("inconclusive");
});

test("what a write that updates no register read proves nothing about one", () => {
  const other = operations.find((op) => op.kind === "put")?.n as number;
  const read = { sentMs: 0, doneMs: 1, version: 9, writer: null };
  const found = checked(
    {},
    withWrite(other, () => ({ read })),
  );
  expect(found).toEqual(checked());
});

test("no objective without updates in the load; inconclusive without updates in the record", () => {
  const none = checked({}, ({ run }) => {
    const load = { ...run.scenario.load, mix: { ...MIX, update: 0 } };
    return { run: { ...run, scenario: { ...run.scenario, load } }, operations: [] };
  });
  expect(none).toEqual({ verdict: "no-objective", reason: "the load updates no register" });
  const others = checked({}, (parts) => ({ operations: parts.operations.filter((op) => op.kind !== "update") }));
  expect(others).toEqual({ verdict: "inconclusive", reason: "no register was updated" });
  expect(checked({}, () => ({ audit: [] })).reason).toMatch(/what A holds is not known/);
  expect(kindOfWrite(PLAN.seed, 0, MIX)).toBeDefined();
});

test("content of a failed update was made by no write", () => {
  const before = operations[second]?.read;
  const made = { version: (before?.version as number) + 1, writer: second };
  const failed = (parts: Parts) => {
    const refused = withWrite(second, () => ({ outcome: "fail", stored: [], status: 400 }))(parts);
    return rereads(third, made)({ ...parts, ...refused });
  };
  expect(checked({ lost: [second] }, failed)).toMatchObject({
    verdict: "broken",
    evidence: [expect.stringContaining(`no update can have made version ${made.version - 1}`)],
  });
});

test("reading the content of a failed update is a violation, even if nothing was made of it", () => {
  const made = { version: (operations[second]?.read?.version as number) + 1, writer: second };
  const failed = (n: number) => withWrite(n, () => ({ outcome: "fail", stored: [], status: 400 }));
  const both = (parts: Parts) => {
    const refused = { ...parts, ...failed(second)(parts) };
    return rereads(third, made)({ ...refused, ...failed(third)(refused) });
  };
  const later = numbersOf(register).filter((n) => n > third);
  const only = (parts: Parts) => {
    const { operations: all } = both(parts);
    return { operations: all.filter((op) => !later.includes(op.n)) };
  };
  expect(checked({ lost: [second, third, ...later] }, only).verdict).toBe("broken");
});

test("an existing update of unknown outcome made its version without an acknowledgement", () => {
  const unknown = withWrite(second, () => ({ outcome: "info", stored: [], completedMs: 1e6, status: 0 }));
  expect(checked({}, unknown).verdict).toBe("holds");
});

describe("an update of unknown outcome that is on the serving site", () => {
  const last = numbersOf(register).at(-1) as number;
  const found = operations[last]?.read?.version as number;
  const before = operations[operations[last]?.read?.writer as number] as Operation;
  /** The last update of the register. It was sent when the one before it was sent, or had been acknowledged. */
  const unknown = (read: Operation["read"]) =>
    withWrite(last, () => ({ outcome: "info", stored: [], completedMs: 1e6, status: 500, read }));

  test("in another version than it can have made overwrites an acknowledged one that it never read", () => {
    expect([before.outcome, before.read?.version]).toEqual(["ok", found - 1]);
    const { verdict, evidence } = checked({}, unknown(before.read));
    const why = `version ${found + 1} was made by ${operations[last]?.write}, which demanded version ${found - 1}`;
    expect([verdict, evidence]).toEqual(["broken", [`${name}: ${why}`]]);
  });

  test("in the version that it can have made is no violation", () => {
    expect(checked({}, unknown(operations[last]?.read ?? null)).verdict).toBe("holds");
  });

  test("and a missing one has made none", () => {
    const gone = (parts: Parts) => {
      const audit = parts.audit.filter((line) => line.type !== "row" || line.write !== operations[last]?.write);
      const edited = { ...parts, ...unknown(before.read)(parts), audit };
      return { ...edited, audit: withAsks(edited) };
    };
    expect(checked({}, gone).verdict).toBe("holds");
  });

  test("is reported with all others, in the order of the registers", () => {
    const later = Array.from({ length: 99 - register }, (_, r) => r + register + 1);
    const other = later.find((each) => numbersOf(each).length >= 3) as number;
    const { evidence } = checked({}, (parts) =>
      rereads(numbersOf(other)[2] as number, { writer: null })({ ...parts, ...unknown(before.read)(parts) }),
    );
    expect(evidence?.map((each) => each.split(":")[0])).toEqual([name, `Patient/r3-${other}`]);
  });
});

test("reading lost content is excused, even if its version was given out again to another update", () => {
  const four = Array.from({ length: 100 }, (_, r) => numbersOf(r)).find((numbers) => numbers.length === 4) as number[];
  const [, lost, reader, heir] = four as [number, number, number, number];
  const again = (parts: Parts) => {
    const refused = withWrite(reader, () => ({ outcome: "fail", stored: [], status: 400 }))(parts);
    const given = () => ({ read: operations[lost]?.read ?? null, stored: operations[lost]?.stored ?? [] });
    return withWrite(heir, given)({ ...parts, ...refused });
  };
  expect(operations[reader]?.read?.writer).toBe(lost);
  expect(checked({ lost: [lost, reader] }, again).verdict).toBe("holds");
});

test("is listed under its name", () => {
  expect(judge(fakeRun(CALM), [linearizableRegisters]).checks).toMatchObject([
    { name: "linearizable-registers", verdict: "holds" },
  ]);
});

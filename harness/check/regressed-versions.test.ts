import { expect, test } from "vitest";
import { registerOf } from "../model/load/write.ts";
import type { AuditLine } from "../model/record/audit.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { regressedVersions } from "./regressed-versions.ts";
import { withAsks } from "./testing/fake-audit.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";

const CALM = { outage: null, operator: null, afterSeconds: 60, seed: 3 } as const;
const { operations } = fakeParts(CALM);
const updates = operations.filter((op) => op.kind === "update");
const numbersOf = (register: number) => updates.filter((op) => registerOf(op.n) === register).map((op) => op.n);
const register = Array.from({ length: 100 }, (_, r) => r).find((r) => numbersOf(r).length >= 3) as number;
const name = `Patient/r3-${register}`;

const checked = (lost: number[], edit?: (parts: Parts) => Partial<Parts>) => {
  const record = fakeRun({ ...CALM, lost }, edit);
  return regressedVersions.check(record, gatherFacts(record));
};

const withoutRead = (audit: readonly AuditLine[]) =>
  audit.flatMap((line): AuditLine[] => {
    if (line.type === "reads-end") return [{ ...line, reads: line.reads - 1 }];
    return line.type === "read" && line.resource === name ? [] : [line];
  });

test("a register whose last updates were lost is served in an older version than acknowledged", () => {
  const numbers = numbersOf(register);
  const { verdict, evidence, measures } = checked(numbers.slice(-2));
  expect(verdict).toBe("no-objective");
  expect(measures?.regressed).toEqual({ count: 1, resources: [name] });
  const [held, acknowledged] = [numbers.length - 1, numbers.length + 1];
  const last = operations[numbers.at(-1) as number]?.write;
  expect(evidence).toEqual([`${name}: version ${held}, after version ${acknowledged} was acknowledged to ${last}`]);
});

test("one that lost an earlier update, but has a newer version, is not", () => {
  expect(checked([numbersOf(register)[0] as number]).measures?.regressed?.count).toBe(0);
  expect(checked([]).measures?.regressed).toEqual({ count: 0, resources: [] });
});

test("one without any update left is back at its first version", () => {
  const numbers = numbersOf(register);
  expect(checked(numbers).evidence?.[0]).toContain(`${name}: version 1, after version ${numbers.length + 1} was`);
});

test("a resource that is missing altogether is lost, not regressed", () => {
  const put = operations.find((op) => op.kind === "put")?.n as number;
  const withoutRegisters = (parts: Parts) => ({
    audit: withAsks({
      ...parts,
      audit: parts.audit.filter((line) => line.type !== "row" || !line.write.startsWith("r3-")),
    }),
  });
  const lost = [...numbersOf(register), put];
  expect(checked(lost, withoutRegisters).measures?.regressed?.count).toBe(0);
  // Whether the API denies it, or was not asked.
  const unread = (parts: Parts) => ({ audit: withoutRead(withoutRegisters(parts).audit) });
  expect(checked(lost, unread)).toMatchObject({ verdict: "no-objective", measures: { regressed: { count: 0 } } });
});

test("a version that only the history has is not served", () => {
  const [last, before] = numbersOf(register)
    .toReversed()
    .map((n) => operations[n]?.write);
  const behind = (parts: Parts) => ({
    audit: withAsks({
      ...parts,
      audit: parts.audit.map((line): AuditLine => {
        if (line.type !== "row" || (line.write !== last && line.write !== before)) return line;
        const current = line.write === before;
        return { ...line, current, indexed: current ? true : null };
      }),
    }),
  });
  const acknowledged = numbersOf(register).length + 1;
  expect(checked([], behind).evidence).toEqual([
    `${name}: version ${acknowledged - 1}, after version ${acknowledged} was acknowledged to ${last}`,
  ]);
});

test("what the API returns overrides the database, and what it denies is missing", () => {
  const giving = (version: number | null) => (parts: Parts) => ({
    audit: parts.audit.map((line) =>
      line.type === "read" && line.resource === name
        ? { ...line, status: version === null ? 404 : 200, version }
        : line,
    ),
  });
  expect(checked([], giving(2)).evidence?.[0]).toContain(`${name}: version 2, after`);
  expect(checked([], giving(null)).measures?.regressed?.count).toBe(0);
});

test("the same version by another write is lost, not older", () => {
  const [last, before] = numbersOf(register).toReversed() as [number, number];
  const heir = (parts: Parts) => ({
    audit: withAsks({
      ...parts,
      audit: parts.audit.map((line) =>
        line.type === "row" && line.write === operations[before]?.write ? { ...line, version: line.version + 1 } : line,
      ),
    }),
  });
  expect(checked([last]).measures?.regressed?.count).toBe(1);
  expect(checked([last], heir).measures?.regressed?.count).toBe(0);
});

test("each version is reported with the write that it was acknowledged to", () => {
  const last = numbersOf(register).at(-1) as number;
  const evidence = checked([last - 1, last]).evidence?.filter((line) => line.startsWith(`${name}:`));
  expect(evidence).toEqual([expect.stringMatching(new RegExp(` was acknowledged to ${operations[last]?.write}$`))]);
});

test("if one version was acknowledged to two writes, the first is named", () => {
  const numbers = numbersOf(register);
  const [last, before] = numbers.toReversed() as [number, number];
  const alike = ({ operations: all }: Parts) => ({
    operations: all.map((op) => (op.n === last ? { ...op, stored: operations[before]?.stored as string[] } : op)),
  });
  expect(checked([before, last], alike).evidence).toEqual([
    `${name}: version ${numbers.length - 1}, after version ${numbers.length} was acknowledged to ${operations[before]?.write}`,
  ]);
});

test("what is there is not known without an audit", () => {
  expect(checked([], () => ({ audit: [] })).verdict).toBe("inconclusive");
});

test("the reason counts the older ones", () => {
  expect(checked(numbersOf(register).slice(-2)).reason).toBe(
    "1 resources are served in an older version than acknowledged",
  );
});

test("a write without acknowledgement promised no version", () => {
  const last = numbersOf(register).at(-1) as number;
  const unknown = ({ operations: all }: Parts) => ({
    operations: all.map((op) => (op.n === last ? { ...op, outcome: "info" as const } : op)),
  });
  expect(checked([last], unknown).measures?.regressed?.count).toBe(0);
  expect(checked([last]).measures?.regressed?.count).toBe(1);
});

test("the newest acknowledged version counts, in whatever order writes were sent, and the newest that is held", () => {
  const numbers = numbersOf(register);
  const [first, last] = [numbers[0] as number, numbers.at(-1) as number];
  const swapped = ({ operations: all, audit }: Parts) => ({
    operations: all.map((op) => {
      const other = op.n === first ? last : op.n === last ? first : null;
      return other === null ? op : { ...op, stored: operations[other]?.stored as string[] };
    }),
    audit: audit.toReversed(),
  });
  const [held, acknowledged] = [numbers.length, numbers.length + 1];
  expect(checked([last], swapped).evidence).toEqual([
    `${name}: version ${held}, after version ${acknowledged} was acknowledged to ${operations[first]?.write}`,
  ]);
});

test("goes by its name", () => {
  expect(judge(fakeRun(), [regressedVersions]).checks).toMatchObject([
    { name: "regressed-versions", verdict: "no-objective" },
  ]);
});

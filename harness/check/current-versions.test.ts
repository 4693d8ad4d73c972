import { expect, test } from "vitest";
import { registerIdPrefix, registerOf, writeId } from "../model/load/write.ts";
import type { AuditRow } from "../model/record/audit.ts";
import { currentVersions } from "./current-versions.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { withAsks } from "./testing/fake-audit.ts";
import { fakeParts, fakeRun } from "./testing/fake-run.ts";

const CALM = { outage: null, operator: null, afterSeconds: 60, seed: 3 } as const;
const { operations } = fakeParts(CALM);
const updates = operations.filter((op) => op.kind === "update");
const numbersOf = (register: number) => updates.filter((op) => registerOf(op.n) === register);
const register = Array.from({ length: 100 }, (_, r) => r).find((r) => numbersOf(r).length >= 3) as number;
const shared = `Patient/${registerIdPrefix(CALM.seed)}${register}`;
const newest = numbersOf(register).length + 1;
const alone = `Patient/${writeId(CALM.seed, operations.find((op) => op.kind === "put")?.n as number)}`;

const OLDER = { current: false, indexed: null };
const CURRENT = { current: true, indexed: true };

/** A's rows of one resource changed, each into as many as `change` returns. */
const checked = (resource: string, change: (row: AuditRow) => AuditRow[]) => {
  const record = fakeRun(CALM, (parts) => ({
    audit: withAsks({
      ...parts,
      audit: parts.audit.flatMap((line) =>
        line.type === "row" && line.side === "a" && line.resource === resource ? change(line) : [line],
      ),
    }),
  }));
  return currentVersions.check(record, gatherFacts(record));
};
const versions = (change: (version: number) => Partial<AuditRow> | null) =>
  checked(shared, (row) => {
    const changes = change(row.version);
    return changes === null ? [] : [{ ...row, ...changes }];
  });

test("each resource of a sound run has one, above all that came before", () => {
  expect(versions(() => ({}))).toMatchObject({
    verdict: "holds",
    measures: { outOfOrder: { count: 0, resources: [] } },
  });
});

test.each<[string, (version: number) => Partial<AuditRow> | null, string]>([
  ["none of them is current", () => OLDER, "no version is current"],
  ["the row of the current one is missing", (v) => (v === newest ? null : {}), "no version is current"],
  ["two are current", (v) => (v === 2 ? CURRENT : {}), `versions 2 and ${newest} are both current`],
  ["two older ones are current", (v) => (v <= 2 ? CURRENT : OLDER), "versions 1 and 2 are both current"],
  [
    "an older one is current",
    (v) => (v === newest - 1 ? CURRENT : OLDER),
    `version ${newest - 1} is current, and there is a version ${newest}`,
  ],
  ["one in the middle is missing", (v) => (v === newest - 1 ? null : {}), `version ${newest - 1} is missing`],
  [
    "one is missing, and another exists twice",
    (v) => (v === newest - 1 ? { version: newest - 2, pid: -7 } : {}),
    `version ${newest - 2} exists twice`,
  ],
  ["all are deleted", () => ({ deleted: true, indexed: null }), "deleted, although nothing was to be deleted"],
  [
    "one row is marked as deleted",
    (v) => (v === 2 ? { deleted: true } : {}),
    "some versions are deleted, others are not",
  ],
])("it is broken if, of the versions of a register, %s", (_, change, why) => {
  const { verdict, evidence, measures } = versions(change);
  expect([verdict, evidence]).toEqual(["broken", [`${shared}: ${why}`]]);
  expect(measures?.outOfOrder).toEqual({ count: 1, resources: [shared] });
});

test.each<[string, (row: AuditRow) => AuditRow[], string]>([
  ["not current", (row) => [{ ...row, ...OLDER }], "no version is current"],
  ["deleted", (row) => [{ ...row, deleted: true, indexed: null }], "deleted, although nothing was to be deleted"],
  ["a later version without the first", (row) => [{ ...row, version: 2 }], "version 1 is missing"],
  [
    "two rows of one version, and one of them current",
    (row) => [row, { ...row, ...OLDER, pid: -7 }],
    "version 1 exists twice",
  ],
  [
    "two rows of one version, of which the last is current",
    (row) => [{ ...row, ...OLDER, pid: -7 }, row],
    "version 1 exists twice",
  ],
  ["two current rows of one version", (row) => [row, { ...row, pid: -7 }], "versions 1 and 1 are both current"],
])("it is broken if the only resource of a write is %s", (_, change, why) => {
  expect(checked(alone, change).evidence).toEqual([`${alone}: ${why}`]);
});

test("a register's first version is left to another check; a missing one above it is broken", () => {
  expect(versions((v) => (v === 1 ? null : {})).verdict).toBe("holds");
  expect(versions((v) => (v <= 2 ? null : {})).evidence).toEqual([`${shared}: version 2 is missing`]);
});

test.each([28, 29, 30, 31, 32, 33])(
  "%i versions are judged like a few: all exist, or one exists twice in place of another",
  (many) => {
    const held = (numbers: readonly number[]) =>
      checked(shared, (row) =>
        row.version === newest
          ? numbers.map((version, i) => ({ ...row, ...(version === many ? CURRENT : OLDER), version, pid: -1 - i }))
          : [],
      );
    const all = Array.from({ length: many }, (_, i) => i + 1);
    expect(held(all).verdict).toBe("holds");
    for (const missing of [2, many - 1])
      expect(held(all.map((v) => (v === missing ? v - 1 : v))).evidence).toEqual([
        `${shared}: version ${missing - 1} exists twice`,
      ]);
  },
);

test("a row that the audit has twice is a defect of the record", () => {
  for (const resource of [alone, shared])
    expect(checked(resource, (row) => [row, row])).toMatchObject({
      verdict: "inconclusive",
      reason: "the audit has rows of 1 resources twice",
    });
});

test("is inconclusive without an audit", () => {
  const record = fakeRun(CALM, () => ({ audit: [] }));
  const reason = "what A holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [currentVersions]).checks).toMatchObject([
    { name: "current-versions", verdict: "inconclusive", reason },
  ]);
});

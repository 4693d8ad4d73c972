/** Writes of realistic size, and transactions of many resources, are judged like others. */
import { describe, expect, test } from "vitest";
import type { WriteForm } from "../model/load/write.ts";
import { readRecord } from "../record/read-record.ts";
import { judge } from "./judge.ts";
import type { Plan } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, filesOf } from "./testing/fake-run.ts";

const RESOURCES = [
  { resourceType: "Patient", id: "p1", active: true },
  { resourceType: "Observation", status: "final", subject: { reference: "Patient/p1" }, valueString: "one" },
  { resourceType: "Condition", subject: { reference: "Patient/p1" }, recorder: { reference: "Practitioner/1" } },
  { resourceType: "Organization", name: "nobody's" },
];
const FORMS: WriteForm[] = [
  { resources: RESOURCES },
  { resources: RESOURCES, bundleEntries: 12 },
  { resources: RESOURCES.slice(1), bundleEntries: 10 },
  { bodies: "realistic" },
  { bundleEntries: 12 },
  { bodies: "realistic", bundleEntries: 25 },
];
const judged = (plan: Partial<Plan>) => judge(fakeRun(plan));
const wordsOf = (plan: Partial<Plan>) => judged(plan).checks.map(({ name, verdict }) => [name, verdict]);
const { operations } = fakeParts();
const acknowledged = (kind: string) =>
  operations
    .filter((op) => op.kind === kind && op.outcome === "ok" && op.n < 100)
    .map(({ n, write }) => ({ n, write }));
const [bundle, other] = acknowledged("bundle") as [{ n: number; write: string }, { n: number; write: string }];
const [put] = acknowledged("put") as [{ n: number; write: string }];

describe.each(FORMS)("%#: %j", (form) => {
  test("a healthy run holds", () => {
    expect(wordsOf({ form })).toEqual(wordsOf({}));
    expect(judge(readRecord(filesOf(fakeParts({ form })))).measures.writes).toEqual(judged({}).measures.writes);
  });

  test("finds exactly what was lost, torn, duplicated or changed", () => {
    expect(judged({ form, lost: [bundle.n, put.n] }).measures.lost.ids.toSorted()).toEqual(
      [bundle.write, put.write].toSorted(),
    );
    expect(judged({ form, torn: [bundle.n] }).measures.torn.ids).toEqual([bundle.write]);
    expect(judged({ form, duplicated: [other.n] }).measures.duplicated.ids).toEqual([other.write]);
    expect(judged({ form, corrupt: [bundle.n, put.n] }).measures.corrupt.ids.toSorted()).toEqual(
      [bundle.write, put.write].toSorted(),
    );
    expect(judged({ form, twice: [other.n] }).measures.doubleExecuted.ids).toEqual([other.write]);
  });
});

test("an answer that names only three resources of a large transaction does not acknowledge it", () => {
  const form = { bundleEntries: 12 };
  const { measures } = judge(
    readRecord(
      filesOf({
        ...fakeParts({ form }),
        operations: fakeParts({ form }).operations.map((op) =>
          op.n === bundle.n ? { ...op, stored: op.stored.slice(0, 3) } : op,
        ),
      }),
    ),
  );
  expect(measures.unverifiable.ids).toEqual([bundle.write]);
});

test("bodies of another form than recorded are not what was sent", () => {
  const parts = fakeParts({ form: { bodies: "realistic" } });
  const { bodies: _, ...load } = parts.run.scenario.load;
  const small = { ...parts, run: { ...parts.run, scenario: { ...parts.run.scenario, load } } };
  expect(judge(readRecord(filesOf(small))).measures.corrupt.count).toBeGreaterThan(100);
});

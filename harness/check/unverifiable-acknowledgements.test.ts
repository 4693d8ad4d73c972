import { expect, test } from "vitest";
import { UNVERIFIABLE } from "../model/columns/operation.ts";
import { writeId } from "../model/load/write.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";
import { unverifiableAcknowledgements } from "./unverifiable-acknowledgements.ts";

type Write = Parts["operations"][number];
const { operations } = fakeParts();
const firstOf = (kind: string, outcome = "ok") =>
  operations.find((op) => op.kind === kind && op.outcome === outcome)?.n as number;
const [put, post, bundle, update] = ["put", "post", "bundle", "update"].map((kind) => firstOf(kind)) as [
  ...[number, number, number, number],
];

const checked = (n: number, change: (op: Write) => Partial<Write>) => {
  const record = fakeRun({}, (parts) => ({
    operations: parts.operations.map((op) => (op.n === n ? { ...op, ...change(op) } : op)),
  }));
  return unverifiableAcknowledgements.check(record, gatherFacts(record));
};
const naming = (n: number, change: (stored: string[]) => string[]) =>
  checked(n, ({ stored }) => ({ stored: change(stored) }));
const PARTLY = { outcome: "info", reason: UNVERIFIABLE } as const;

test("every acknowledgement of a sound run can be verified", () => {
  expect(checked(put, () => ({}))).toMatchObject({
    verdict: "holds",
    measures: { unverifiable: { count: 0, ids: [] } },
  });
});

test.each([
  [put, 0, "0 of 1 resources are named"],
  [post, 0, "0 of 1 resources are named"],
  [update, 0, "0 of 1 resources are named"],
  [bundle, 0, "0 of 3 resources are named"],
  [bundle, 2, "2 of 3 resources are named"],
  // An outcome recorded as unverifiable counts, whatever it names.
  [bundle, 3, "3 of 3 resources are named"],
])('write %i was answered with "done", and %i of its resources are named', (n, named, why) => {
  const { verdict, reason, evidence, measures } = checked(n, ({ stored }) => ({
    ...PARTLY,
    stored: stored.slice(0, named),
  }));
  expect([verdict, measures?.unverifiable]).toEqual(["inconclusive", { count: 1, ids: [writeId(PLAN.seed, n)] }]);
  expect(reason).toBe('1 writes were answered with "done", and the answers cannot be verified');
  expect(evidence).toEqual([`${writeId(PLAN.seed, n)}: 201, ${why}, ledger.ndjson:${2 * n + 2}`]);
});

test.each<[string, number, (stored: string[]) => string[], RegExp]>([
  [
    "another id than the client chose",
    put,
    () => ["Patient/x/1"],
    /Patient\/x is named, but Patient\/w3mv-\d+ was sent/,
  ],
  [
    "an id that only begins as the client chose it",
    put,
    ([id]) => [`${id?.replace(/\/1$/, "0/1")}`],
    /Patient\/w3mv-\d+0 is named, but Patient\/w3mv-\d+ was sent/,
  ],
  [
    "another type, under the id",
    put,
    ([id]) => [`${id?.replace("Patient", "Observation")}`],
    /^w\S+: 201, Observation/,
  ],
  ["another register", update, () => ["Patient/r3mv-99/2"], /Patient\/r3mv-99 is named/],
  ["another type", post, () => ["Observation/7/1"], /Observation\/7 is named, but Patient\/ was sent/],
  [
    "its resources in another order",
    bundle,
    (stored) => stored.toReversed(),
    /Observation\/\d+ is named, but Patient\//,
  ],
  ["less than was sent", bundle, (stored) => stored.slice(0, 2), /2 of 3 resources are named/],
  ["more than was sent", post, ([p]) => [p as string, "Patient/7/1"], /2 of 1 resources are named/],
  ["one resource twice", bundle, ([p, o]) => [p, o, o] as string[], /Observation\/\d+ is named twice/],
  ["a version that none can have", post, () => ["Patient/7/0"], /Patient\/7 is named without a valid version/],
])("an acknowledgement that names %s", (_, n, change, why) => {
  const { verdict, evidence } = naming(n, change);
  expect([verdict, evidence?.length]).toEqual(["inconclusive", 1]);
  expect(evidence?.[0]).toMatch(why);
});

test("a write without an answer, or with an error, is not verified", () => {
  const timedOut = operations.find((op) => op.outcome === "info")?.n as number;
  expect(checked(timedOut, () => ({})).verdict).toBe("holds");
  expect(checked(put, () => ({ outcome: "info", reason: "server-error", status: 500, stored: [] })).verdict).toBe(
    "holds",
  );
  expect(
    judge(
      fakeRun({}, () => ({ operations: [] })),
      [unverifiableAcknowledgements],
    ).checks,
  ).toMatchObject([{ name: "unverifiable-acknowledgements", verdict: "no-objective" }]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { Names } from "../load/names.ts";
import { firstVersionOf, REGISTERS, seededResource, writeId } from "../load/write.ts";
import { History } from "./history.ts";
import { type Operation, UNVERIFIABLE } from "./operation.ts";
import { wantedReads } from "./wanted-reads.ts";

const SEED = 5;
const MIX = { put: 1, post: 1, bundle: 1, update: 0 };
const op = (n: number, stored: string[], changes: Partial<Operation> = {}): Operation => ({
  ...{ write: writeId(SEED, n), n, kind: "put", invokedMs: n, completedMs: n + 1, outcome: "ok", status: 201 },
  ...{ reason: "acknowledged", stored, servedBy: "a", runner: "k6-1", line: n, read: null },
  ...changes,
});
function wanted(operations: readonly Operation[], { update = 0, resources = 0 } = {}, names = new Names(SEED)) {
  const prepared = { load: { mix: { ...MIX, update } }, start: { resources } };
  const reads = wantedReads(History.of(SEED, names, operations), prepared);
  return reads.map(({ write, name }) => `${names.name(name)} for ${write}`);
}

test("each acknowledged resource is wanted once, for the write whose acknowledgement named its newest version", () => {
  const shared = [op(0, ["Patient/x/2"]), op(1, ["Patient/x/4"]), op(2, ["Patient/x/3"])];
  expect(wanted([...shared, op(3, ["Patient/1/1", "Observation/2/1"])]).toSorted()).toEqual([
    "Observation/2 for w5-3",
    "Patient/1 for w5-3",
    "Patient/x for w5-1",
  ]);
});

test("it is wanted in that version; a resource from before the load in its first", () => {
  const names = new Names(SEED);
  const operations = [op(0, ["Patient/x/2"]), op(1, ["Patient/x/4"]), op(2, ["Patient/x/3"]), op(3, ["Patient/y/1"])];
  const prepared = { load: { mix: MIX }, start: { resources: 1 } };
  const reads = wantedReads(History.of(SEED, names, operations), prepared);
  expect(reads.map(({ name, version }) => `${names.name(name)}/${version}`).toSorted()).toEqual([
    "Patient/s5-0/1",
    "Patient/x/4",
    "Patient/y/1",
  ]);
});

test("only answers with 2xx count, with what they name", () => {
  const partly = op(0, ["Patient/1/1"], { outcome: "info", reason: UNVERIFIABLE });
  const unknown = op(1, ["Patient/2/1"], { outcome: "info", reason: "server-error" });
  const failed = op(2, ["Patient/3/1"], { outcome: "fail", reason: "refused-by-validation" });
  expect(wanted([partly, unknown, failed])).toEqual(["Patient/1 for w5-0"]);
});

test("resources from before the load are wanted as well, unless acknowledged since", () => {
  const [register, seeded] = [firstVersionOf(SEED, 7).path, seededResource(SEED, 1).path];
  const updated = op(0, [`${register}/2`]);
  const all = wanted([updated], { update: 1, resources: 2 });
  expect(all).toHaveLength(REGISTERS + 2);
  expect(all.filter((read) => read.startsWith(`${register} `))).toEqual([`${register} for w5-0`]);
  expect(all).toContain(`${seeded} for s5-1`);
  expect(all).toContain(`${firstVersionOf(SEED, 8).path} for r5-8`);
  expect(wanted([])).toEqual([]);
});

test("the order depends on the seed only, and no phase of the run comes first", () => {
  const many = Array.from({ length: 400 }, (_, n) => op(n, [`Patient/p${n}/1`]));
  const order = wanted(many);
  expect(order).not.toEqual(order.toSorted());
  const names = new Names(SEED);
  for (const other of ["Basic/1", "Patient/p399", "Observation/3"]) names.code(other);
  expect(wanted(many, {}, names)).toEqual(order);
  // About a quarter of the first quarter of the order is from the first quarter of the run.
  const early = order.slice(0, 100).filter((read) => Number(read.split("w5-")[1]) < 100).length;
  expect(early).toBeGreaterThan(10);
  expect(early).toBeLessThan(40);
});

test("nothing is wanted twice", () => {
  const stored = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 5 })), { maxLength: 20 });
  fc.assert(
    fc.property(stored, (list) => {
      const told = list.map(([id, version], n) => op(n, [`Patient/p${id}/${version}`]));
      const resources = wanted(told).map((read) => read.split(" ")[0]);
      expect(resources.toSorted()).toEqual([...new Set(list.map(([id]) => `Patient/p${id}`))].toSorted());
    }),
    { seed: 41 },
  );
});

import { expect, test } from "vitest";
import { History } from "../../model/columns/history.ts";
import { type Operation, UNVERIFIABLE } from "../../model/columns/operation.ts";
import { Names } from "../../model/load/names.ts";
import { kindOfWrite, writeId } from "../../model/load/write.ts";
import { wantedOf } from "./wanted.ts";

const SEED = 5;
const MIX = { put: 1, post: 1, bundle: 1, update: 0 };
const scenario = { load: { mix: MIX }, start: { resources: 1 } };
const op = (n: number, stored: string[], changes: Partial<Operation> = {}): Operation => ({
  ...{ write: writeId(SEED, n), n, kind: kindOfWrite(SEED, n, MIX), invokedMs: n, completedMs: n + 1, outcome: "ok" },
  ...{ status: 201, reason: "acknowledged", stored, servedBy: "", runner: "k6-1", line: n, read: null },
  ...changes,
});
const wanted = (...operations: Operation[]) => wantedOf(History.of(SEED, new Names(SEED), operations), scenario);
const nOf = (kind: string) =>
  Array.from({ length: 50 }, (_, n) => n).find((n) => kindOfWrite(SEED, n, MIX) === kind) as number;
const [put, post, bundle] = [nOf("put"), nOf("post"), nOf("bundle")];

test("acknowledged resources are read in their newest version, those from before in their first", () => {
  const { reads } = wanted(op(put, ["Patient/x/2"]), op(post, ["Patient/x/4"]));
  expect(reads.toSorted((x, y) => y.version - x.version)).toEqual([
    { write: writeId(SEED, post), resource: "Patient/x", version: 4 },
    { write: "s5-0", resource: "Patient/s5-0", version: 1 },
  ]);
});

test("each write is searched for by its types, whatever its outcome", () => {
  const unknown = { outcome: "info", reason: UNVERIFIABLE } as const;
  const { searches } = wanted(op(put, ["Patient/x/1"]), op(bundle, [], unknown), op(post, [], { outcome: "fail" }));
  expect(searches).toEqual([
    { write: writeId(SEED, put), resourceType: "Patient", size: 1, isAcknowledged: true },
    { write: writeId(SEED, bundle), resourceType: "Patient", size: 1, isAcknowledged: false },
    { write: writeId(SEED, bundle), resourceType: "Observation", size: 2, isAcknowledged: false },
    { write: writeId(SEED, post), resourceType: "Patient", size: 1, isAcknowledged: false },
  ]);
});

test("and by a type that only its answer names", () => {
  const { searches } = wanted(op(post, ["Basic/1/1"]));
  expect(searches.map(({ resourceType, size }) => `${size} ${resourceType}`).toSorted()).toEqual([
    "0 Basic",
    "1 Patient",
  ]);
});

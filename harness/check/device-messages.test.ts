import { describe, expect, test } from "vitest";
import type { RunRecord } from "../model/record/record.ts";
import { deviceMessages } from "./device-messages.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { type DevicePlan, withDevices, withEnd } from "./testing/fake-devices.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

/** Until the drill goes quiet, 19 s after its beginning. */
const WHOLE: Partial<DevicePlan> = { messages: 33 };
/** Messages 1 to 7 are handed over before the fault, which is at 6037. */
const FAULT_MS = faultMsOf(PLAN);

function recordWith(changes: Partial<DevicePlan> = {}, edit: (parts: Parts) => Partial<Parts> = () => ({})): RunRecord {
  const parts = withDevices(fakeParts(), { ...WHOLE, ...changes });
  return recordOf({ ...parts, ...edit(parts) });
}
const check = (record: RunRecord) => deviceMessages.check(record, gatherFacts(record));
const checked = (...args: Parameters<typeof recordWith>) => check(recordWith(...args));
const noDisaster = ({ run }: Parts) => ({ run: { ...run, scenario: { ...run.scenario, disaster: null } } });
const allowing =
  (lostWrites: number | null, rpoSeconds = 900) =>
  ({ run }: Parts) => ({
    run: { ...run, config: { ...run.config, objectives: { ...run.config.objectives, lostWrites, rpoSeconds } } },
  });

test("no objective without devices", () => {
  expect(check(fakeRun())).toEqual({ verdict: "no-objective", reason: "the run has no devices" });
});

test("a message in all three ledgers is not lost, duplicated or late", () => {
  const { verdict, reason, measures } = checked();
  expect(verdict).toBe("holds");
  expect(reason).toBe(
    "0 of 66 messages that were handed over are not on B; 0 are stored more than once; 0 are out of order; the RPO is 900 s",
  );
  expect(measures?.deviceMessages).toEqual({
    ...{ sent: 66, handedOver: 66 },
    lost: { count: 0, messages: [], withBroker: 0, withBridge: 0, withSite: 0 },
    ...{ duplicated: { count: 0, messages: [] }, reordered: { count: 0, messages: [] } },
    late: { p50: 50, p95: 50, p99: 50, count: 66, maxMs: 50 },
  });
});

test("names each lost message, and the component that lost it", () => {
  const lost = { withBroker: ["d1:2"], withBridge: ["d2:3"], withSite: ["d1:4", "d2:4"] };
  const { verdict, measures, evidence } = checked({ lost }, noDisaster);
  expect(verdict).toBe("broken");
  expect(measures?.deviceMessages?.lost).toEqual({
    count: 4,
    messages: ["d1:2", "d2:3", "d1:4", "d2:4"],
    ...{ withBroker: 1, withBridge: 1, withSite: 2 },
  });
  expect(measures?.deviceMessages?.late.count).toBe(62);
  expect(evidence).toEqual([
    "d1:2: lost; handed over to broker A at 3.505 s; no bridge ever got it",
    "d2:3: lost; handed over to broker A at 4.005 s; a bridge had it, but neither acknowledged it nor got it again",
    "d1:4: lost; handed over to broker A at 4.505 s; FHIR had acknowledged it",
    "d2:4: lost; handed over to broker A at 4.505 s; FHIR had acknowledged it",
  ]);
});

test("names messages that a bridge acknowledged before FHIR did, or a broker took without subscribers", () => {
  const { evidence } = checked({ lost: { withBridge: ["d1:2"], withBroker: ["d1:3"] } }, ({ bridges, devices }) => ({
    bridges: [{ type: "acknowledged", device: "d1", seq: 2, side: "a", epochMs: 1 }, ...bridges],
    devices: devices.map((line) => (line.type === "handed-over" && line.seq === 3 ? { ...line, reason: 16 } : line)),
  }));
  expect(evidence).toEqual([
    expect.stringMatching(/^d1:2: .*; a bridge had acknowledged it, but FHIR had not$/),
    expect.stringMatching(/^d1:3: .*, which reported no subscribers; no bridge ever got it$/),
  ]);
});

test("a message without an acknowledgement is no loss", () => {
  const plan = { lost: { withBroker: ["d1:2"] }, unacknowledged: ["d1:2", "d2:2"] };
  expect(checked(plan, noDisaster)).toMatchObject({
    verdict: "holds",
    measures: { deviceMessages: { sent: 66, handedOver: 64, lost: { count: 0 }, late: { count: 64 } } },
  });
});

describe("objectives", () => {
  const before = { lost: { withBroker: ["d1:7"] } };
  const after = { lost: { withBroker: ["d1:8"] } };

  test("without a number for lost writes the RPO excuses messages from before the fault, and none after it", () => {
    expect(3000 + 500 * 6).toBeLessThan(FAULT_MS);
    expect(checked(before)).toMatchObject({
      verdict: "holds",
      reason: expect.stringMatching(
        /; 0 of the lost were handed over after the fault, and the oldest 0\.\d+ s before it; the RPO is 900 s$/,
      ),
    });
    expect(checked(after).verdict).toBe("broken");
    expect(checked({ lost: { withBroker: ["d1:1"] } }, allowing(null, 3)).verdict).toBe("broken");
    expect(checked({ lost: { withBroker: ["d1:1"] } }, allowing(null, 4)).verdict).toBe("holds");
    expect(checked(before, allowing(null, 0)).verdict).toBe("broken");
    expect(checked({}, allowing(null, 0)).verdict).toBe("holds");
  });

  test("a message handed over at the instant of the fault is not after it, and an RPO of 0 allows no loss", () => {
    const atMs = gatherFacts(recordWith()).disaster?.injectedMs as number;
    const lostAt = (ms: number) => ({ fromMs: ms - 5 - 500 * 6, lost: { withBroker: ["d1:7"] } });
    expect(checked(lostAt(atMs)).verdict).toBe("holds");
    expect(checked(lostAt(atMs + 1)).verdict).toBe("broken");
    expect(checked(lostAt(atMs), allowing(null, 0)).verdict).toBe("broken");
  });

  test("with one, that many may be lost, at any time", () => {
    expect(checked(after, allowing(1)).verdict).toBe("holds");
    expect(checked({ lost: { withBroker: ["d1:8", "d2:1"] } }, allowing(1)).verdict).toBe("broken");
  });

  test("without a planned disaster none may be lost", () => {
    expect(checked(before, (parts) => noDisaster({ ...parts, ...allowing(5)(parts) })).verdict).toBe("broken");
    expect(checked({}, noDisaster).verdict).toBe("holds");
  });

  test("an RPO is inconclusive if the fault was never injected", () => {
    const without = ({ events }: Parts) => ({ events: events.filter(({ type }) => type !== "fault") });
    expect(checked({}, without)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/never injected$/),
    });
  });
});

test("a duplicate is broken, even if losses are allowed", () => {
  expect(checked({ duplicated: ["d2:5"] }, allowing(9))).toMatchObject({
    verdict: "broken",
    measures: { deviceMessages: { duplicated: { count: 1, messages: ["d2:5"] }, lost: { count: 0 } } },
    evidence: ["d2:5: stored as Observation/d2-5, Observation/d2-5-again"],
  });
});

test("a later version is no second resource, and a deleted one does not exist", () => {
  const again = ({ held }: Parts, deleted: boolean) => {
    const rows = held.filter((line) => line.type === "held");
    const more = rows.slice(0, 1).map((row) => ({ ...row, version: 2, pid: 999, deleted }));
    const all = deleted ? [...rows.slice(1), ...more] : [...rows, ...more];
    return { held: [...all, { type: "held-end" as const, side: "b" as const, rows: all.length }] };
  };
  expect(checked({}, (parts) => again(parts, false)).measures?.deviceMessages).toMatchObject({
    ...{ duplicated: { count: 0 }, lost: { count: 0 }, reordered: { count: 0 } },
  });
  expect(checked({}, (parts) => again(parts, true)).measures?.deviceMessages).toMatchObject({ lost: { count: 1 } });
});

test("only a message stored after a later one of its device is out of order", () => {
  // 3 comes after 4 and 5; the order across devices does not count.
  const { verdict, measures, evidence } = checked({ lateMs: { "d1:3": 1100 } });
  expect(verdict).toBe("holds");
  expect(measures?.deviceMessages).toMatchObject({
    reordered: { count: 1, messages: ["d1:3"] },
    late: { p50: 50, maxMs: 1150 },
  });
  expect(evidence).toEqual(["d1:3: stored after a later message of d1"]);
});

test("a message stored before its acknowledgement is not late, and without a clock it is not known", () => {
  expect(checked({ lateMs: { "d1:1": -70 } }).measures?.deviceMessages?.late).toMatchObject({ p50: 50, count: 66 });
  const all = { count: 1, messages: 1, lost: { withBroker: ["d1:1"] } };
  expect(checked(all).measures?.deviceMessages?.late).toMatchObject({ p50: null, count: 0, maxMs: null });
  const unmapped = ({ run }: Parts) => ({ run: { ...run, clock: null } });
  expect(checked({}, unmapped).measures?.deviceMessages?.late).toMatchObject({ count: 0, maxMs: null });
});

describe("an incomplete ledger is inconclusive", () => {
  test.each<[string, (parts: Parts) => Partial<Parts>, string]>([
    ["of the devices", () => ({ devices: [] }), "the ledger of the devices has no end"],
    ["of what is held", () => ({ held: [] }), "what B holds of the messages was not read to its end"],
    ["of a bridge", ({ bridges }) => ({ bridges: bridges.slice(1) }), "the ledger of bridge A is incomplete"],
  ])("%s", (_, edit, reason) => {
    expect(checked({}, edit)).toMatchObject({ verdict: "inconclusive", reason });
  });

  test("a loss is broken even without a bridge's ledger", () => {
    expect(
      checked({ lost: { withBroker: ["d1:2"] } }, (parts) => ({ ...noDisaster(parts), bridges: [] })).verdict,
    ).toBe("broken");
  });

  test("without messages handed over there is nothing to lose", () => {
    const none = ({ devices }: Parts) => ({
      devices: withEnd(
        devices.filter(({ type }) => type !== "handed-over"),
        9000,
      ),
    });
    expect(checked({}, none)).toMatchObject({
      verdict: "inconclusive",
      reason: "no message was handed over to a broker",
    });
  });
});

test("is listed under its name", () => {
  expect(judge(recordWith(), [deviceMessages]).checks).toMatchObject([{ name: "device-messages", verdict: "holds" }]);
});

import { describe, expect, test } from "vitest";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { DeviceLine } from "../model/record/device.ts";
import { deviceConnections } from "./device-connections.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { withDevices, withEnd } from "./testing/fake-devices.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

/** Region A is lost then, for good. */
const FAULT_MS = faultMsOf(PLAN);

type Change = [type: "connected" | "disconnected", device: string, side: "a" | "b", atMs: number];
function recordWith(changes: readonly Change[], edit: (parts: Parts) => Partial<Parts> = () => ({})) {
  // All messages were sent before the first connection was lost.
  const parts = withDevices(fakeParts(), { messages: 7 });
  const lines = changes.map(([type, device, side, atMs]): DeviceLine => ({ type, device, side, atMs }));
  const devices = withEnd([...parts.devices, ...lines], 99_000);
  return recordOf({ ...parts, devices, ...edit({ ...parts, devices }) });
}
function checked(...args: Parameters<typeof recordWith>) {
  const record = recordWith(...args);
  return deviceConnections.check(record, gatherFacts(record));
}

const lost = FAULT_MS + 100;
const TO_B: Change[] = [
  ["disconnected", "d1", "a", lost],
  ["disconnected", "d2", "a", lost],
  ["connected", "d1", "b", lost + 600],
  ["connected", "d2", "b", lost + 1400],
];

test("no objective without devices, or if no connection was lost", () => {
  const bare = fakeRun();
  expect(deviceConnections.check(bare, gatherFacts(bare)).reason).toBe("the run has no devices");
  expect(checked([])).toEqual({
    verdict: "no-objective",
    reason: "no connection was lost",
    measures: { deviceConnections: { lost: 0, lostAgain: 0, without: 0, awaySeconds: null } },
  });
});

test("new connections that stay hold", () => {
  expect(checked(TO_B)).toEqual({
    verdict: "holds",
    reason: "2 connections were lost; each had a new one after 1.40 s at most; 0 of the new ones were lost again",
    evidence: [],
    measures: { deviceConnections: { lost: 2, lostAgain: 0, without: 0, awaySeconds: 1.4 } },
  });
});

test("a device without one in the end is broken", () => {
  expect(checked(TO_B.slice(0, 3))).toMatchObject({
    verdict: "broken",
    reason: "2 connections were lost; 1 devices had none in the end; 0 of the new ones were lost again",
    evidence: [expect.stringMatching(/^d2: lost its connection to broker A at 6\.\d+ s$/)],
    measures: { deviceConnections: { without: 1, awaySeconds: null } },
  });
});

test("a connection lost for the first time is no new one, whatever the cause", () => {
  expect(
    checked([
      ["disconnected", "d1", "a", 2000],
      ["connected", "d1", "a", 2500],
    ]),
  ).toMatchObject({ verdict: "holds", measures: { deviceConnections: { lost: 1, lostAgain: 0 } } });
});

describe("a new one that is lost again", () => {
  const again = (side: "a" | "b"): Change[] => [
    ...TO_B,
    ["disconnected", "d1", "b", 20_000],
    ["connected", "d1", side, 20_500],
    ["disconnected", "d1", side, 30_000],
    ["connected", "d1", "b", 30_500],
  ];
  const killed: FaultSpec = { kind: "process-kill", part: "broker-b", afterSeconds: 0 };
  const killedAt =
    (atMs: number, healedMs: number | null, fault: FaultSpec = killed) =>
    ({ run, events }: Parts): Partial<Parts> => {
      const of = { type: "fault", fault: 1, kind: fault.kind, detail: {} } as const;
      return {
        run: { ...run, scenario: { ...run.scenario, faults: [...run.scenario.faults, fault] } },
        events: [
          ...events,
          { ...of, state: "injecting", atMs },
          ...(healedMs === null ? [] : [{ ...of, state: "healed" as const, atMs: healedMs }]),
        ],
      };
    };

  test("without anything done to its broker is broken", () => {
    expect(checked(again("b"))).toMatchObject({
      verdict: "broken",
      measures: { deviceConnections: { lost: 4, lostAgain: 2, without: 0 } },
    });
  });

  test("is excused while its broker or its region is away, and for ten seconds after that", () => {
    const lostAgain = (side: "a" | "b", atMs: number, healedMs: number | null) =>
      checked(again(side), killedAt(atMs, healedMs)).measures?.deviceConnections?.lostAgain;
    expect(lostAgain("a", 19_900, null)).toBe(0);
    expect(lostAgain("b", 19_900, 20_000)).toBe(0);
    expect(lostAgain("b", 19_900, 19_999)).toBe(1);
    expect(lostAgain("b", 20_001, null)).toBe(1);
    expect(lostAgain("b", 20_000, null)).toBe(0);
  });

  test.each<FaultSpec>([
    { kind: "process-kill", part: "bridge-b", afterSeconds: 0 },
    { kind: "process-kill", part: "broker-a", afterSeconds: 0 },
    { kind: "link-cut", link: "edge", afterSeconds: 0 },
  ])("is not excused by another fault: %j", (fault) => {
    expect(checked(again("b"), killedAt(19_900, null, fault)).measures?.deviceConnections?.lostAgain).toBe(2);
  });
});

test("an incomplete ledger is inconclusive", () => {
  expect(checked(TO_B, ({ devices }) => ({ devices: devices.slice(0, -1) })).verdict).toBe("inconclusive");
  const without = checked(TO_B, ({ devices }) => ({ devices: devices.filter(({ type }) => type !== "disconnected") }));
  expect([without.verdict, without.reason]).toEqual(["inconclusive", "d1 lost 1 connections, and its ledger has 0"]);
});

test("is listed under its name", () => {
  expect(judge(recordWith(TO_B), [deviceConnections]).checks).toMatchObject([
    { name: "device-connections", verdict: "holds" },
  ]);
});

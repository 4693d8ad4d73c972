import { describe, expect, test } from "vitest";
import type { Operation } from "../model/columns/operation.ts";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { ENDPOINTS, withNetworks } from "./testing/fake-networks.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";
import { wrongRecord } from "./told-record.ts";

const FAULT_MS = faultMsOf(PLAN);
const SWITCHED_MS = FAULT_MS + 4000;

interface Switched {
  tookMs?: number;
  foundInA?: string | null;
  foundInB?: string | null;
  recordSeconds?: number;
  faults?: FaultSpec[];
  via?: (op: Operation) => Partial<Operation>;
  /** To which endpoints it was switched; to A's two seconds before it was switched to B's. */
  steps?: ("a" | "b")[];
  /** Of the first fault. */
  beganMs?: number;
  healedMs?: number;
}

function wrongOf(changes: Switched = {}): string[] {
  const { tookMs = 300, foundInA = ENDPOINTS.b, foundInB = ENDPOINTS.b, recordSeconds = 0, steps = ["b"] } = changes;
  const parts = withNetworks(fakeParts(), changes.via);
  const { run, events } = parts;
  const detail = { serial: 2, foundInA, foundInB };
  const step = { type: "operator", plan: "failover", step: "record-switched", tookMs } as const;
  const switched = (side: "a" | "b"): DrillEvent => {
    if (side === "b") return { ...step, side, atMs: SWITCHED_MS, detail };
    const [found, atMs] = [ENDPOINTS.a, SWITCHED_MS - 2000];
    return { ...step, side, atMs, detail: { ...detail, foundInA: found, foundInB: found } };
  };
  const { beganMs, healedMs } = changes;
  const began = (event: DrillEvent): DrillEvent =>
    event.type === "fault" && event.state === "injecting" ? { ...event, atMs: beganMs ?? event.atMs } : event;
  const fault = { type: "fault", fault: 0, kind: "any", state: "healed", detail: {} } as const;
  const healed = healedMs === undefined ? [] : [{ ...fault, atMs: healedMs }];
  const edited: Parts = {
    ...parts,
    run: {
      ...run,
      config: { ...run.config, privateLink: { ...run.config.privateLink, recordSeconds } as never },
      scenario: { ...run.scenario, faults: changes.faults ?? run.scenario.faults },
    },
    events: [...events.map(began), ...healed, ...steps.map(switched)].toSorted((x, y) => x.atMs - y.atMs),
  };
  return wrongRecord(recordOf(edited));
}

test("nothing is wrong without networks, nor if clients of both find the endpoint", () => {
  expect(wrongRecord(fakeRun())).toEqual([]);
  expect(wrongOf()).toEqual([]);
  expect(wrongOf({ steps: [] })).toEqual([]);
});

test("a switch that came sooner than planned", () => {
  expect(wrongOf({ recordSeconds: 30, tookMs: 30_200 })).toEqual([]);
  expect(wrongOf({ recordSeconds: 30, tookMs: 29_999 })).toEqual([]);
  expect(wrongOf({ recordSeconds: 30, tookMs: 29_998 })).toHaveLength(1);
  expect(wrongOf({ recordSeconds: 30, tookMs: 1000 })).toEqual([
    `the record was switched at ${(SWITCHED_MS / 1000).toFixed(3)} s after 1.000 s, not 30 s`,
  ]);
});

describe("a switch that clients did not see", () => {
  test("because they found the old address, or none", () => {
    expect(wrongOf({ foundInA: ENDPOINTS.a })).toEqual([
      expect.stringMatching(/^clients in network A found 172\.30\.0\.80 when the record was switched to B at \d/),
    ]);
    expect(wrongOf({ foundInB: null })).toEqual([
      expect.stringMatching(/^clients in network B found no address when the record was switched to B at \d/),
    ]);
  });

  test("unless a fault keeps them from looking it up", () => {
    const lost: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", network: true, afterSeconds: 0 };
    expect(wrongOf({ foundInA: null, faults: [lost] })).toEqual([]);
    expect(wrongOf({ foundInA: null, faults: [{ kind: "peering-loss", afterSeconds: 0 }, lost] })).toHaveLength(1);
    expect(wrongOf({ foundInA: null, faults: [lost, { kind: "peering-loss", afterSeconds: 0 }] })).toEqual([]);
    expect(wrongOf({ foundInA: ENDPOINTS.a, faults: [lost] })).toHaveLength(1);
    expect(wrongOf({ foundInB: null, faults: [lost] })).toHaveLength(1);
    expect(
      wrongOf({ foundInA: null, faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 }] }),
    ).toHaveLength(1);
    const while_ = (times: Pick<Switched, "beganMs" | "healedMs">) =>
      wrongOf({ foundInA: null, faults: [lost], ...times }).length;
    // The step begins 300 ms before it ends.
    expect(while_({ healedMs: SWITCHED_MS - 300 })).toBe(0);
    expect(while_({ healedMs: SWITCHED_MS - 301 })).toBe(1);
    expect(while_({ beganMs: SWITCHED_MS })).toBe(0);
    expect(while_({ beganMs: SWITCHED_MS + 1 })).toBe(1);
    expect(wrongOf({ foundInA: null, faults: [{ kind: "resolver-loss", side: "a", afterSeconds: 0 }] })).toEqual([]);
    expect(wrongOf({ foundInA: null, faults: [{ kind: "edge-loss", afterSeconds: 0 } as never] })).toHaveLength(1);
    const unlinked: FaultSpec = { kind: "zone-unlinked", side: "b", afterSeconds: 0 };
    expect(wrongOf({ foundInB: null, faults: [unlinked] })).toEqual([]);
  });
});

test("a write that went through B's endpoint before the record named it", () => {
  const from = (ms: number) => (op: Operation) =>
    op.outcome === "ok" && (op.completedMs ?? 0) >= ms ? { via: ENDPOINTS.b } : {};
  expect(wrongOf({ via: from(SWITCHED_MS - 300) })).toEqual([]);
  expect(wrongOf({ via: from(SWITCHED_MS - 800) })).toEqual([
    expect.stringMatching(/ was acknowledged through B's endpoint before the record named it$/),
  ]);
  expect(wrongOf({ via: from(SWITCHED_MS), steps: [] })).toHaveLength(1);
  // A switch to A's own says nothing about B's.
  expect(wrongOf({ via: from(SWITCHED_MS - 1500), steps: ["a", "b"] })).toHaveLength(1);
  const acks = fakeParts().operations.filter(({ outcome }) => outcome === "ok");
  const first = acks.find(({ completedMs }) => (completedMs ?? 0) >= SWITCHED_MS - 800)?.completedMs as number;
  const since = (tookMs: number) => wrongOf({ via: from(first), tookMs });
  expect(since(SWITCHED_MS - first)).toEqual([]);
  expect(since(SWITCHED_MS - first - 1)).toHaveLength(1);
  const failed = (op: Operation) => ({ ...from(0)(op), outcome: "info" as const });
  expect(wrongOf({ via: failed })).toEqual([]);
});

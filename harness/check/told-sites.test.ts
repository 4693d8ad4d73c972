import { describe, expect, test } from "vitest";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";
import { toldPlan } from "./testing/fake-steps.ts";
import { faultMsOf } from "./testing/fake-writes.ts";
import { wrongSites } from "./told-sites.ts";

type Write = Parts["operations"][number];
const LATCHED_MS = faultMsOf(PLAN) + 2900;
const { events, run } = fakeParts();
const promotedMs = events.find((event) => event.type === "operator" && event.step === "promoted")?.atMs as number;
const withWrites = (change: (op: Write) => Partial<Write>, edit: (parts: Parts) => Partial<Parts> = () => ({})) =>
  wrongSites(
    fakeRun({}, (parts) => ({
      operations: parts.operations.map((op) => ({ ...op, ...(op.outcome === "ok" ? change(op) : {}) })),
      ...edit(parts),
    })),
  );
const withProbes = (change: (probe: ProbeLine) => ProbeLine) =>
  wrongSites(fakeRun({}, ({ probes }) => ({ probes: probes.map(change) })));
const WRONG = /^w3mv-\d+, ledger\.ndjson:\d+, was acknowledged by (A|B|an unknown site), to which it was not routed$/;

test("A answers before the proxy was routed to B, and B after it", () => {
  expect(wrongSites(fakeRun())).toEqual([]);
  expect(wrongSites(fakeRun({ operator: null, outage: null }))).toEqual([]);
});

describe("a write", () => {
  test.each([
    [
      "sent before the proxy was routed to B cannot be B's",
      (op: Write): Partial<Write> => (op.n === 5 ? { servedBy: "b" } : {}),
    ],
    [
      "sent after that cannot be A's",
      (op: Write): Partial<Write> => (op.invokedMs > LATCHED_MS + 3 && op.n === 239 ? { servedBy: "a" } : {}),
    ],
    ["is answered by a known site", (op: Write): Partial<Write> => (op.n === 5 ? { servedBy: "" } : {})],
  ])("%s", (_, change) => {
    expect(withWrites(change)).toEqual([expect.stringMatching(WRONG)]);
  });

  test("that was in flight while the proxy was routed may be either's, to within the error of k6's clock", () => {
    const first = fakeParts().operations.find((op) => op.invokedMs > LATCHED_MS && op.outcome === "ok") as Write;
    const sentAt = (ms: number) =>
      withWrites((op) => (op.n === first.n ? { servedBy: "a", invokedMs: ms, completedMs: ms + 50 } : {}));
    expect(sentAt(LATCHED_MS + PLAN.clock.errorMs)).toEqual([]);
    expect(sentAt(LATCHED_MS + PLAN.clock.errorMs + 1)).toEqual([expect.stringMatching(WRONG)]);
  });

  test("may be B's if its answer came as the proxy was routed, to within the same error", () => {
    const answeredAt = (ms: number) =>
      withWrites((op) => (op.n === 5 ? { servedBy: "b", invokedMs: ms - 50, completedMs: ms } : {}));
    expect(answeredAt(LATCHED_MS - PLAN.clock.errorMs)).toEqual([]);
    expect(answeredAt(LATCHED_MS - PLAN.clock.errorMs - 1)).toEqual([expect.stringMatching(WRONG)]);
  });

  test("is reported once, however many there are", () => {
    expect(withWrites((op) => (op.n <= 5 ? { servedBy: "b" } : {}))).toEqual([
      expect.stringMatching(/^w3mv-0, ledger\.ndjson:2, /),
    ]);
  });

  test("may be B's as soon as the routing begins", () => {
    const latching =
      (tookMs: number) =>
      ({ events: all }: Parts) => ({
        events: all.map(
          (event): DrillEvent => (event.type === "operator" && event.step === "latched" ? { ...event, tookMs } : event),
        ),
      });
    const last = fakeParts().operations.findLast((op) => op.servedBy === "a") as Write;
    const early = (op: Write): Partial<Write> => (op.n === last.n ? { servedBy: "b" } : {});
    expect(withWrites(early, latching(0))).toHaveLength(1);
    expect(withWrites(early, latching(3000))).toEqual([]);
  });

  test("may go to either site behind a proxy that routes by itself, and has no time without a mapped clock", () => {
    const other = (op: Write): Partial<Write> => (op.n === 5 ? { servedBy: "b" } : {});
    expect(withWrites(other, () => ({ run: { ...run, config: { ...run.config, proxy: "tuned" } } }))).toEqual([]);
    expect(withWrites(other, () => ({ run: { ...run, clock: null } }))).toEqual([]);
  });
});

test("the prober is answered by the same site as the load", () => {
  const swapped = (probe: ProbeLine): ProbeLine =>
    probe.type === "availability" && probe.ok ? { ...probe, servedBy: probe.servedBy === "a" ? "b" : "a" } : probe;
  expect(withProbes(swapped)).toEqual([
    "the prober's write at 2.000 s was acknowledged by B, to which it was not routed",
  ]);
  const failed = (probe: ProbeLine): ProbeLine =>
    probe.type === "availability" && !probe.ok ? { ...probe, servedBy: "b" } : probe;
  expect(withProbes(failed)).toEqual([]);
});

describe("the lag is that of the primary's follower", () => {
  const from = (side: "a" | "b", sinceMs: number, heartbeatMs: number | null = 80) =>
    withProbes((probe) =>
      probe.type === "replication-lag" && probe.atMs >= sinceMs ? { ...probe, from: side, heartbeatMs } : probe,
    );

  test("which is B's from its promotion on, and A's until then", () => {
    expect(from("b", promotedMs - 300)).toEqual([
      expect.stringMatching(/^the lag at \d+\.\d{3} s is that of the follower of B, which was not the primary$/),
    ]);
    expect(from("b", LATCHED_MS)).toEqual([]);
    expect(from("a", LATCHED_MS + 1)).toEqual([expect.stringMatching(/the follower of A, which was not the primary$/)]);
  });

  test("as which it may be named from the first moment of its promotion", () => {
    const fromB = (tookMs: number) =>
      wrongSites(
        fakeRun({}, ({ probes }) => ({
          events: events.map((event) =>
            event.type === "operator" && event.step === "promoted" ? { ...event, tookMs } : event,
          ),
          probes: probes.flatMap((probe): ProbeLine[] =>
            probe.type === "replication-lag" && probe.atMs >= promotedMs
              ? [{ ...probe, atMs: promotedMs - 300, from: "b", heartbeatMs: 80 }]
              : [],
          ),
        })),
      );
    expect(fromB(300)).toEqual([]);
    expect(fromB(299)).toEqual([expect.stringMatching(/the follower of B, which was not the primary$/)]);
  });

  test("which may be either's if the end of the promotion is not recorded", () => {
    const endless = events.filter((event) => event.type !== "operator" || event.step !== "done");
    for (const side of ["a", "b"] as const)
      expect(
        wrongSites(
          fakeRun({}, ({ probes }) => ({
            events: endless,
            probes: probes.map((probe) =>
              probe.type === "replication-lag" && probe.atMs > LATCHED_MS
                ? { ...probe, from: side, heartbeatMs: 80 }
                : probe,
            ),
          })),
        ),
      ).toEqual([]);
  });

  test("and A's all the time if no site was promoted", () => {
    const times = { fromMs: LATCHED_MS, toMs: LATCHED_MS + 500 };
    const restarted = ({ events: all }: Parts) => ({
      events: [...all, ...toldPlan("restart", "b", run.config, times)].toSorted((x, y) => x.atMs - y.atMs),
    });
    expect(wrongSites(fakeRun({ operator: null, outage: null }, restarted))).toEqual([]);
  });

  test("and not checked if there is no sample", () => {
    expect(from("a", LATCHED_MS + 1, null)).toEqual([]);
  });

  test("and A's again after a switchover back", () => {
    const times = { fromMs: LATCHED_MS + 2000, toMs: LATCHED_MS + 2400 };
    const back = [...events, ...toldPlan("switchover", "a", run.config, times)].toSorted((x, y) => x.atMs - y.atMs);
    const lagOf = (side: "a" | "b") =>
      wrongSites(
        fakeRun({}, ({ probes }) => ({
          events: back,
          operations: [],
          probes: probes.flatMap((probe): ProbeLine[] =>
            probe.type === "replication-lag" && probe.atMs > times.toMs
              ? [{ ...probe, from: side, heartbeatMs: 80 }]
              : [],
          ),
        })),
      );
    expect(lagOf("a")).toEqual([]);
    expect(lagOf("b")).toHaveLength(1);
  });
});

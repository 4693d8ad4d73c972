import { describe, expect, test } from "vitest";
import type { Operation } from "../model/columns/operation.ts";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { clientNetworks } from "./client-networks.ts";
import { gatherFacts } from "./facts.ts";
import { CHECKERS, judge } from "./judge.ts";
import { withAsks } from "./testing/fake-audit.ts";
import { ENDPOINTS, networkOf, notFound, PRIVATE_LINK, withNetworks } from "./testing/fake-networks.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

const FAULT_MS = faultMsOf(PLAN);
const within = (rtoSeconds: number): Partial<Plan> => ({ objectives: { ...PLAN.objectives, rtoSeconds } });
const since =
  (side: "a" | "b", fromMs: number) =>
  (op: Operation): Partial<Operation> =>
    networkOf(op) === side && op.invokedMs >= fromMs ? notFound(op) : {};

function checked(parts: Parts) {
  const record = recordOf(parts);
  return clientNetworks.check(record, gatherFacts(record));
}
const wordOf = (parts: Parts, name: string) => judge(recordOf(parts)).checks.find((check) => check.name === name);

test("no objective without client networks", () => {
  const record = fakeRun();
  expect(clientNetworks.check(record, gatherFacts(record))).toEqual({
    verdict: "no-objective",
    reason: "clients were in no networks of their own",
  });
});

test("each network is reported with what its own clients saw, and which endpoint answered them", () => {
  const { verdict, measures } = checked(
    withNetworks(fakeParts(), (op) => (op.outcome === "ok" && op.servedBy === "b" ? { via: ENDPOINTS.b } : {})),
  );
  expect(verdict).toBe("holds");
  const [a, b] = measures?.clientNetworks ?? [];
  expect(a).toMatchObject({ side: "a", lost: false, attempted: 120, notFound: 0, censored: false });
  expect([a?.acknowledged, b?.acknowledged]).toEqual([
    (a?.answeredBy.a ?? 0) + (a?.answeredBy.b ?? 0),
    (b?.answeredBy.a ?? 0) + (b?.answeredBy.b ?? 0),
  ]);
  expect(b?.answeredBy.b).toBeGreaterThan(20);
  expect(a?.rtoSeconds).toBeCloseTo(3, 0);
  expect(b?.downtimeSeconds).toBeCloseTo(3, 0);
});

describe("an outage of one network is not hidden by the other's success", () => {
  const parts = withNetworks(fakeParts({ ...within(5), outage: null, operator: null }), since("b", FAULT_MS));

  test("RTO, downtime and availability are those of the worse one", () => {
    const { verdict, measures } = judge(recordOf(parts));
    expect(verdict).toBe("broken");
    expect(measures.rto.censoredAtSeconds).toBeGreaterThan(5);
    expect(measures.downtime).toMatchObject({ censored: true });
    expect(measures.downtime.seconds).toBeGreaterThan(7);
    expect(measures.availability.byTime).toBeLessThan(0.5);
    expect(wordOf(parts, "rto")?.reason).toMatch(/^network B: writes had not resumed for good/);
  });

  test("each figure is that of the worse one, whichever verdict is worse", () => {
    // A misses its last write, so its outage is not seen to end; B was away for longer.
    const both = withNetworks(fakeParts({ outage: null, operator: null }), (op) => {
      const last = networkOf(op) === "a" && op.n === 238;
      const away = networkOf(op) === "b" && op.invokedMs >= FAULT_MS && op.invokedMs < FAULT_MS + 3000;
      return last || away ? notFound(op) : {};
    });
    expect(wordOf(both, "downtime")).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/^network A: /),
    });
    expect(judge(recordOf(both)).measures.downtime.seconds).toBeGreaterThan(2.9);
  });

  test("and the reason names the network, and why its writes failed", () => {
    const { verdict, reason } = checked(parts);
    expect(verdict).toBe("broken");
    expect(reason).toMatch(
      /^network B: writes had not resumed .*; \d+ of its writes found no address for the service's name$/,
    );
  });

  test("is inconclusive without a time to compare with", () => {
    expect(checked(withNetworks(fakeParts({ outage: null, operator: null }), since("b", FAULT_MS))).verdict).toBe(
      "inconclusive",
    );
  });

  test("is inconclusive if a network never wrote: it has no baseline rate", () => {
    const { verdict, reason } = checked(withNetworks(fakeParts(), since("b", 0)));
    expect(verdict).toBe("inconclusive");
    expect(reason).toBe(
      "network B: there is no baseline rate to come back to; 120 of its writes found no address for the service's name",
    );
  });
});

describe("an outage of network A, twelve seconds after the disaster,", () => {
  const plan = { ...within(10), afterSeconds: 40, outage: null, operator: null };
  const actMs = FAULT_MS + 12_000;
  const judgedWith = (fault: FaultSpec, disaster = 0) => {
    const { run, events, ...rest } = fakeParts(plan);
    const scenario = { ...run.scenario, disaster, faults: [...run.scenario.faults, fault] };
    const states = ["injecting", "injected"] as const;
    const added = states.map((state) => ({
      ...({ type: "fault", fault: 1, kind: fault.kind, state, atMs: actMs, detail: {} } satisfies DrillEvent),
    }));
    const away = (op: Operation) =>
      networkOf(op) === "a" && op.invokedMs > actMs && op.invokedMs < actMs + 2000 ? notFound(op) : {};
    const parts = { ...rest, run: { ...run, scenario }, events: [...events, ...added] };
    return checked(withNetworks(parts, away));
  };

  test("has a clock of its own if something was done to A's names", () => {
    expect(judgedWith({ kind: "resolver-loss", side: "a", afterSeconds: 12 }).verdict).toBe("holds");
    expect(judgedWith({ kind: "peering-loss", afterSeconds: 12 }).verdict).toBe("holds");
  });

  test.each(["resolver-loss", "zone-unlinked"] as const)("is the disaster's in spite of a %s of B", (kind) => {
    const { verdict, reason } = judgedWith({ kind, side: "b", afterSeconds: 12 });
    expect([verdict, reason]).toEqual([
      "broken",
      expect.stringMatching(/^network A: writes resumed for good 14\.\d+ s after/),
    ]);
  });

  test("counts from B's fault if that is the disaster", () => {
    expect(judgedWith({ kind: "resolver-loss", side: "b", afterSeconds: 12 }, 1).verdict).toBe("holds");
  });
});

describe("a network that is lost with its region", () => {
  const loss: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", network: true, afterSeconds: 0 };
  const lose = (parts: Parts): Parts => ({
    ...parts,
    run: { ...parts.run, scenario: { ...parts.run.scenario, faults: [loss] } },
    events: parts.events.map((event) =>
      event.type === "fault" && event.state === "injecting" ? { ...event, detail: { ...loss } } : event,
    ),
  });
  const gone = since("a", FAULT_MS);
  /** A second before that is observed. */
  const toldToHeal = ({ events, ...rest }: Parts, orderedMs: number): Parts => ({
    ...rest,
    events: [
      ...events,
      {
        ...{ type: "fault", fault: 0, kind: loss.kind, state: "healed", atMs: orderedMs + 1000 },
        detail: { orderedMs },
      } satisfies DrillEvent,
    ],
  });
  const throughB = (op: Operation) => (op.servedBy === "b" ? { via: ENDPOINTS.b } : {});
  const parts = lose(withNetworks(fakeParts(within(5)), (op) => ({ ...throughB(op), ...gone(op) })));

  test("takes its clients along: only the other network is judged, and the loss is reported", () => {
    expect(judge(recordOf(parts)).measures.rto.seconds).toBeCloseTo(3, 0);
    const { verdict, measures, evidence } = checked(parts);
    expect(verdict).toBe("holds");
    expect(measures?.clientNetworks?.map(({ lost }) => lost)).toEqual([true, false]);
    expect(evidence?.[0]).toContain("lost with its region");
  });

  test("cannot answer: a write that went through its endpoint contradicts the loss", () => {
    const late = lose(withNetworks(fakeParts(within(5)), gone));
    expect(checked(late)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(
        /^network B: \d+ writes are recorded as acknowledged through an endpoint that was lost/,
      ),
    });
  });

  test("has no clients that are still served, through whichever endpoint", () => {
    const served = lose(withNetworks(fakeParts(within(5)), throughB));
    expect(checked(served)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/^network A: \d+ of its writes are recorded as acknowledged while it was lost$/),
    });
    // Its clients are back with its healing, and a write sent just before the loss may be served after it.
    const back = (op: Operation) =>
      op.invokedMs < FAULT_MS + 4900 ? gone(op) : { completedMs: Math.max(op.completedMs ?? 0, FAULT_MS + 5100) };
    const again = withNetworks(fakeParts(within(5)), (op) => ({ ...throughB(op), ...back(op) }));
    expect(checked(toldToHeal(lose(again), FAULT_MS + 5000)).verdict).toBe("holds");
  });

  test("must have its clients back some time after its region", () => {
    const returning = (ms: number, rtoSeconds: number) => {
      const away = (op: Operation) => (op.invokedMs < FAULT_MS + 1000 + ms ? gone(op) : {});
      const all = withNetworks(fakeParts(within(rtoSeconds)), (op) => ({ ...throughB(op), ...away(op) }));
      return checked(toldToHeal(lose(all), FAULT_MS + 1000));
    };
    expect(returning(4000, 5)).toMatchObject({ verdict: "holds" });
    expect(returning(4000, 3.5)).toMatchObject({
      verdict: "broken",
      reason: expect.stringMatching(/^network A: its clients wrote again 4\.\d+ s after it was healed; \d+ of/),
    });
    const never = /^network A: its clients did not write again for good before the load ended, \d\.\d+ s after/;
    expect(returning(60_000, 5)).toMatchObject({ verdict: "broken", reason: expect.stringMatching(never) });
    expect(returning(60_000, 30)).toMatchObject({ verdict: "inconclusive", reason: expect.stringMatching(never) });
  });

  test("must have them back for good: one answer is not a return", () => {
    const half = (op: Operation) => (op.invokedMs > FAULT_MS + 1500 && op.n % 4 > 1 ? {} : gone(op));
    const returned = (rtoSeconds: number) =>
      checked(
        toldToHeal(
          lose(withNetworks(fakeParts(within(rtoSeconds)), (op) => ({ ...throughB(op), ...half(op) }))),
          FAULT_MS + 1000,
        ),
      );
    const never = /^network A: its clients did not write again for good/;
    expect(returned(5)).toMatchObject({ verdict: "broken", reason: expect.stringMatching(never) });
    expect(returned(30)).toMatchObject({ verdict: "inconclusive", reason: expect.stringMatching(never) });
  });

  test("must not have some of them locked out", () => {
    const few = (nth: number) => (op: Operation) => (op.invokedMs > FAULT_MS + 1500 && op.n % nth > 1 ? {} : gone(op));
    const returned = (nth: number, rtoSeconds: number) => {
      const planned = { ...within(rtoSeconds), afterSeconds: 60 };
      // All of one kind: 1 in 30 of all writes may be too many of one of their kinds.
      const all = withNetworks(fakeParts(planned), (op) => ({ kind: "put", ...throughB(op), ...few(nth)(op) }));
      return checked(toldToHeal(lose(all), FAULT_MS + 1000));
    };
    expect(returned(60, 120)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(
        /^network A: .*; \d+ writes failed after it, more than 1 in 100, the last of them after 5\d/,
      ),
    });
    expect(returned(60, 5).verdict).toBe("broken");
    expect(returned(400, 5).verdict).toBe("holds");
  });

  test("had clients before that, whose outage counts until the loss", () => {
    // Away for so many milliseconds before the loss.
    const awayFor = (ms: number, rtoSeconds: number, backMs = 0) => {
      const away = (op: Operation) =>
        networkOf(op) === "a" && op.invokedMs >= FAULT_MS - ms && op.invokedMs < FAULT_MS - backMs
          ? notFound(op)
          : gone(op);
      return checked(lose(withNetworks(fakeParts(within(rtoSeconds)), (op) => ({ ...throughB(op), ...away(op) }))));
    };
    expect(awayFor(1000, 3.5).verdict).toBe("holds");
    expect(awayFor(1500, 1.2)).toMatchObject({
      verdict: "broken",
      reason: expect.stringMatching(/^network A: before it was lost, its clients could not write for 1\.\d+ s/),
    });
  });

  test("is judged if it was not lost", () => {
    expect(checked(withNetworks(fakeParts(within(5)), gone)).verdict).toBe("broken");
  });
});

test("is inconclusive if the endpoint of an acknowledgement is not known", () => {
  const one = fakeParts().operations.find(({ outcome }) => outcome === "ok") as Operation;
  for (const via of ["", "10.9.9.9"])
    expect(checked(withNetworks(fakeParts(), (op) => (op.n === one.n ? { via } : {})))).toMatchObject({
      verdict: "inconclusive",
      reason: `network ${networkOf(one).toUpperCase()}: which endpoint acknowledged 1 writes is not known`,
    });
});

describe("a fault of the networks alone", () => {
  const cut: FaultSpec = { kind: "peering-loss", afterSeconds: 0 };
  const calm: Partial<Plan> = { outage: null, operator: null };
  const peering = (changes: Partial<Plan> = {}, edit: (parts: Parts) => Partial<Parts> = () => ({})): Parts => {
    const seeded = fakeParts({ ...calm, ...changes });
    // The follower holds what the primary does.
    const ofA = seeded.audit.filter((line) => line.side === "a");
    const ofB = ofA.flatMap((line) =>
      line.type === "row" || line.type === "rows-end" ? [{ ...line, side: "b" as const }] : [],
    );
    // Each network through its own endpoint: the other's cannot be reached.
    const parts = withNetworks({ ...seeded, audit: [...ofA, ...ofB] }, (op) => ({ via: ENDPOINTS[networkOf(op)] }));
    const { run } = parts;
    const lasted = {
      type: "fault",
      fault: 0,
      kind: cut.kind,
      state: "lasted",
      atMs: FAULT_MS + 6000,
      detail: {},
    } as const;
    const events: DrillEvent[] = [...parts.events, lasted].toSorted((x, y) => x.atMs - y.atMs);
    const edited = { ...parts, run: { ...run, scenario: { ...run.scenario, faults: [cut] } }, events };
    return { ...edited, ...edit(edited) };
  };

  test("leaves replication as it was", () => expect(checked(peering()).verdict).toBe("holds"));

  test("cuts clients off: a write through the other network's endpoint contradicts it", () => {
    const crossed = peering({}, ({ operations }) => ({
      operations: operations.map((op) => ({ ...op, via: ENDPOINTS.a })),
    }));
    expect(checked(crossed)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(
        /^network B: \d+ of its writes are recorded as acknowledged although its clients had no way to the endpoint$/,
      ),
    });
  });

  test("of names cuts off clients that need the name for each request, and no others", () => {
    const nameless = (side: "a" | "b", connections: "kept" | "fresh", dnsCacheSeconds = 0) =>
      checked(
        peering({}, ({ run }) => ({
          run: {
            ...run,
            scenario: { ...run.scenario, faults: [{ kind: "resolver-loss", side, afterSeconds: 0 }] },
            config: { ...run.config, privateLink: { ...PRIVATE_LINK, connections, dnsCacheSeconds } },
          },
        })),
      );
    expect(nameless("a", "fresh").reason).toMatch(/^network A: \d+ of its writes .* no way to the endpoint$/);
    expect(nameless("b", "fresh").reason).toMatch(/^network B: /);
    expect(nameless("b", "kept").verdict).toBe("holds");
    expect(nameless("b", "fresh", 30).verdict).toBe("holds");
  });

  test("is broken if it delays replication", () => {
    const behind = peering({}, ({ probes }) => ({
      probes: probes.map((probe) =>
        probe.type === "replication-lag" && probe.atMs > FAULT_MS + 2000 ? { ...probe, heartbeatMs: 6000 } : probe,
      ),
    }));
    expect(checked(behind)).toMatchObject({
      verdict: "broken",
      reason: "replication was touched: the follower was 6.00 s behind, and at most 0.08 s before",
    });
  });

  test("is broken if the sites differ in the end", () => {
    const lacking = peering({}, ({ audit, ...parts }) => {
      const last = audit.findLast((line) => line.type === "row" && line.side === "b");
      return { audit: withAsks({ ...parts, audit: audit.filter((line) => line !== last) }) };
    });
    expect(checked(lacking)).toMatchObject({
      verdict: "broken",
      reason: "replication was touched: 1 versions differ between the sites",
    });
  });

  test("is inconclusive without samples of the replication lag", () => {
    const blind = peering({}, ({ probes }) => ({
      probes: probes.filter((probe) => probe.type !== "replication-lag" || probe.atMs < FAULT_MS),
    }));
    expect(checked(blind)).toMatchObject({
      verdict: "inconclusive",
      reason: "it is not known whether replication went on",
    });
  });
});

test("it is one of the checkers", () => expect(CHECKERS).toContain(clientNetworks));

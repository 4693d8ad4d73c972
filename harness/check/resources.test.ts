import { describe, expect, test } from "vitest";
import type { OtherRunner } from "../model/load/runners.ts";
import type { Prices } from "../model/plan/settings.ts";
import type { DrillEvent } from "../model/record/event.ts";
import {
  type ResourceProbe,
  SAMPLED_COMPONENTS,
  SAMPLED_OF_PATRONI,
  type SampledComponent,
} from "../model/record/probe.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { resources } from "./resources.ts";
import type { Parts } from "./testing/fake-run.ts";
import { BASELINE, every, timeline } from "./testing/fake-timeline.ts";

/** Per second, of each component: cores, received and sent bytes, WAL; and what it holds all the time. */
interface Rates {
  cores: number;
  received: number;
  sent: number;
  memory: number;
  wal?: number;
  disk?: number;
}

type Sampled = Exclude<SampledComponent, OtherRunner>;
const NEEDED: Rates = { cores: 0.01, received: 3, sent: 4, memory: 20e6 };
const RATES: Record<Sampled, Rates> = {
  "hapi-a": { cores: 0.5, received: 1000, sent: 2000, memory: 600e6 },
  "pg-a": { cores: 0.3, received: 500, sent: 1500, memory: 200e6, wal: 4000, disk: 3e9 },
  "hapi-b": { cores: 0.02, received: 10, sent: 10, memory: 500e6 },
  "pg-b": { cores: 0.1, received: 800, sent: 90, memory: 150e6, wal: 3500, disk: 2e9 },
  nginx: { cores: 0.05, received: 1, sent: 1, memory: 9e6 },
  toxiproxy: { cores: 0.07, received: 1, sent: 1, memory: 9e6 },
  vault: NEEDED,
  "renewer-a": NEEDED,
  "renewer-b": NEEDED,
  k6: { cores: 0.2, received: 1, sent: 1, memory: 9e6 },
  ...{ "broker-a": NEEDED, "broker-b": NEEDED, "bridge-a": NEEDED, "bridge-b": NEEDED },
  ...{ "etcd-a": NEEDED, "etcd-b": NEEDED, "etcd-witness": NEEDED, "haproxy-a": NEEDED, "haproxy-b": NEEDED },
};

function sample(
  part: Sampled,
  atMs: number,
  { cores, received, sent, memory, wal, disk } = RATES[part],
): ResourceProbe {
  const s = atMs / 1000;
  const used = { cpuSeconds: cores * s, memoryBytes: memory, receivedBytes: received * s, sentBytes: sent * s };
  const base = { type: "resources", part, atMs, tookMs: 5, ...used } as const;
  return wal === undefined ? base : { ...base, walBytes: 1e6 + wal * s, diskBytes: disk as number };
}

/** The baseline is from 0 to 2000, the last write is sent at 8900. */
const AT = every(500, 0, 9000).map(([atMs]) => atMs);
const SAMPLES = AT.flatMap((atMs) => SAMPLED_COMPONENTS.map((part) => sample(part, atMs)));

function checked(probes: readonly ResourceProbe[], edit: (parts: Parts) => Partial<Parts> = () => ({})) {
  const record = timeline([...BASELINE, ...every(100, 2000, 9000)], {}, (parts) => ({
    probes: [...probes],
    ...edit(parts),
  }));
  return resources.check(record, gatherFacts(record));
}
const priced = (prices: Prices) => (parts: Parts) => ({ run: { ...parts.run, prices } });

describe("over the baseline", () => {
  const { verdict, reason, measures } = checked(SAMPLES);
  const found = measures?.resources;

  test("etcd and HAProxy belong to their site, and the witness to neither", () => {
    const all = AT.flatMap((atMs) => [...SAMPLED_COMPONENTS, ...SAMPLED_OF_PATRONI].map((part) => sample(part, atMs)));
    const { a, b } = checked(all).measures?.resources ?? {};
    expect(a?.cores).toBeCloseTo(0.82, 9);
    expect(b?.cores).toBeCloseTo(0.14, 9);
    expect(a?.memoryBytes).toBe(840e6);
  });

  test("a site's use is that of its server and its database", () => {
    expect(verdict).toBe("no-objective");
    expect(found?.a.cores).toBeCloseTo(0.8, 9);
    expect(found?.a).toMatchObject({ memoryBytes: 800e6, walBytesPerSecond: 4000, diskBytes: 3e9 });
    expect(found?.a.networkBytesPerSecond).toBeCloseTo(5000, 6);
    expect(found?.b.cores).toBeCloseTo(0.12, 9);
    expect(found?.b).toMatchObject({ memoryBytes: 650e6, walBytesPerSecond: 3500, diskBytes: 2e9 });
    expect(found?.replicationBytesPerSecond).toBeCloseTo(800, 6);
    expect(found?.unfollowed).toEqual(UNMEASURED.resources.unfollowed);
  });

  test("what B adds is a share of what A uses alone, without the stream that A sends to B", () => {
    expect(found?.share.cores).toBeCloseTo(0.12 / 0.8, 9);
    expect(found?.share.memory).toBeCloseTo(650 / 800, 9);
    expect(found?.share.network).toBeCloseTo((5000 + 910 - 4200) / 4200, 6);
    expect(found?.share.wal).toBeCloseTo(3500 / 4000, 9);
    expect(found?.share.disk).toBeCloseTo(2 / 3, 9);
    expect(reason).toBe(
      "A used 0.80 cores and B 0.12; 0.8 kB/s went to B's database; having B adds 15 % of processor, 81 % of memory; no prices were given, so there is no cost",
    );
  });

  test("use after it does not count", () => {
    const busier = SAMPLES.map((probe) =>
      probe.atMs < 2000 ? probe : { ...probe, cpuSeconds: 1e6, memoryBytes: 9e12 },
    );
    expect(checked(busier).measures?.resources?.a).toEqual(found?.a);
  });
});

test("a restarted container counts from 0, and keeps what it used before", () => {
  // HAPI A had used 0.5 s when it was killed at 1000 ms; at 1500 it has used 0.4 s again.
  const again = SAMPLES.map((probe) =>
    probe.part === "hapi-a" && probe.atMs >= 1500 ? { ...probe, cpuSeconds: 0.4 } : probe,
  );
  const cores = checked(again).measures?.resources?.a.cores;
  expect(cores).toBeCloseTo((0.5 + 0.4) / 1.5 + 0.3, 9);
});

test("an unreadable value is not 0: samples without it are left out, and too few give no figure", () => {
  const without = (isLost: (probe: ResourceProbe) => boolean) =>
    checked(SAMPLES.map((probe) => (isLost(probe) ? { ...probe, cpuSeconds: null, walBytes: null } : probe))).measures
      ?.resources;
  const gap = without(({ part, atMs }) => part === "pg-a" && atMs === 500);
  expect([gap?.a.cores, gap?.a.walBytesPerSecond].map((value) => value?.toFixed(6))).toEqual([
    "0.800000",
    "4000.000000",
  ]);
  const one = without(({ part, atMs }) => part === "pg-a" && atMs !== 500);
  expect([one?.a.cores, one?.a.walBytesPerSecond, one?.share.cores, one?.share.wal]).toEqual([null, null, null, null]);
  expect(one?.a.memoryBytes).toBe(800e6);
  expect(one?.b.cores).toBeCloseTo(0.12, 9);
});

describe("what was never read of one component", () => {
  const blind = (name: SampledComponent, nothing: Partial<ResourceProbe>) =>
    checked(SAMPLES.map((probe) => (probe.part === name ? { ...probe, ...nothing } : probe)));

  test.each([
    ["hapi-a", "a"],
    ["pg-b", "b"],
    ["hapi-b", "b"],
  ] as const)("of %s leaves its side without a figure, and what B adds is not known", (name, side) => {
    const { reason, measures } = blind(name, { cpuSeconds: null, memoryBytes: null });
    expect([measures?.resources?.[side].cores, measures?.resources?.[side].memoryBytes]).toEqual([null, null]);
    expect([measures?.resources?.share.cores, measures?.resources?.share.memory]).toEqual([null, null]);
    expect(reason).toContain("having B adds – of processor, – of memory");
  });

  test("of the stream that B receives: how much of A's traffic is its own is not known either", () => {
    const { reason, measures } = blind("pg-b", { receivedBytes: null });
    expect(measures?.resources?.replicationBytesPerSecond).toBeNull();
    expect(measures?.resources?.share.network).toBeNull();
    expect(reason).toContain("; – kB/s went to B's database;");
    expect(measures?.resources?.a.networkBytesPerSecond).toBeCloseTo(5000, 6);
    const { measures: other } = blind("hapi-b", { receivedBytes: null });
    expect(other?.resources?.share.network).toBeNull();
  });
});

test("an idle container has used nothing, whatever its counter says; nothing has no share", () => {
  const idle = (...names: SampledComponent[]) =>
    checked(SAMPLES.map((probe) => (names.includes(probe.part) ? { ...probe, cpuSeconds: 7 } : probe))).measures
      ?.resources;
  expect(idle("hapi-b")?.b.cores).toBeCloseTo(0.1, 9);
  expect([idle("hapi-a", "pg-a")?.a.cores, idle("hapi-a", "pg-a")?.share.cores]).toEqual([0, null]);
});

test("use before the baseline does not count", () => {
  const before = SAMPLED_COMPONENTS.map((part) => ({ ...sample(part, -500), cpuSeconds: -100, memoryBytes: 9e12 }));
  expect(checked([...before, ...SAMPLES]).measures).toEqual(checked(SAMPLES).measures);
});

describe("cost", () => {
  test("is at the user's prices, with B and without", () => {
    const prices = {
      currency: "EUR",
      cpuCoreHour: 0.05,
      memoryGigabyteHour: 0.01,
      diskGigabyteMonth: 0.73,
      networkGigabyte: 0.1,
    };
    const { reason, measures } = checked(SAMPLES, priced(prices));
    const alone = 0.8 * 0.05 + 0.8 * 0.01 + 3 * 0.001;
    const ofB = 0.12 * 0.05 + 0.65 * 0.01 + 2 * 0.001;
    const stream = ((800 * 3600) / 1e9) * 0.1;
    const { currency, perHour, perHourAlone } = measures?.resources?.cost ?? {};
    expect(currency).toBe("EUR");
    expect(perHourAlone).toBeCloseTo(alone, 12);
    expect(perHour).toBeCloseTo(alone + ofB + stream, 12);
    expect(reason).toContain(`; ${(alone + ofB + stream).toFixed(4)} EUR an hour, ${alone.toFixed(4)} without B`);
  });

  test("a figure without a price is left out, one with a price must be known", () => {
    const cost = (probes: ResourceProbe[], prices: Prices) => checked(probes, priced(prices)).measures?.resources?.cost;
    expect(cost(SAMPLES, { currency: "CHF", memoryGigabyteHour: 2 })).toEqual({
      currency: "CHF",
      perHourAlone: 1.6,
      perHour: 2.9000000000000004,
    });
    const blind = SAMPLES.map((probe) => (probe.part === "pg-b" ? { ...probe, receivedBytes: null } : probe));
    expect(cost(blind, { currency: "CHF", networkGigabyte: 1 })).toEqual({
      currency: "CHF",
      perHourAlone: 0,
      perHour: null,
    });
    expect(cost(blind, { currency: "CHF", cpuCoreHour: 1 })?.perHour).toBeCloseTo(0.92, 9);
  });
});

describe("when B begins to follow during the run", () => {
  const order = (state: "given" | "done", atMs: number): DrillEvent => {
    return { type: "order", order: 0, kind: "start-replication", state, atMs, detail: {} };
  };
  const starting =
    (...orders: DrillEvent[]) =>
    (parts: Parts) => ({
      run: { ...parts.run, scenario: { ...parts.run.scenario, start: { replicated: false, resources: 5 } } },
      events: [...parts.events, ...orders],
    });
  /** Before 4000, B's server does not run and A has less to do. */
  const probes = AT.flatMap((atMs) =>
    SAMPLED_COMPONENTS.map((part) => {
      if (atMs >= 4000) return sample(part, atMs);
      if (part === "hapi-b") return { ...sample(part, atMs), cpuSeconds: null, memoryBytes: null };
      return sample(part, atMs, part === "pg-a" ? { ...RATES[part], cores: 0.2, sent: 700 } : RATES[part]);
    }),
  );

  test("the baseline shows what A uses alone, and the time after that operation what both use", () => {
    const found = checked(probes, starting(order("given", 2000), order("done", 4000))).measures?.resources;
    expect(found?.unfollowed.cores).toBeCloseTo(0.7, 9);
    expect(found?.a.cores).toBeCloseTo(0.8, 9);
    expect(found?.b.cores).toBeCloseTo(0.12, 9);
    expect(found?.share.cores).toBeCloseTo((0.8 + 0.12 - 0.7) / 0.7, 9);
    expect(found?.share.network).toBeCloseTo((5000 + 910 - 4200) / 4200, 6);
  });

  test("when that ends with the last write, there is no use of both", () => {
    const late = checked(probes, starting(order("given", 2000), order("done", 8900)));
    expect(late).toEqual({ verdict: "not-examined", reason: "B was not ready to take over before the last write" });
  });

  test("when that never happened, what B adds is not known", () => {
    expect(checked(probes, starting(order("given", 2000)))).toEqual({
      verdict: "no-objective",
      reason: "B never followed A",
    });
  });
});

test("without a sample or a baseline nothing is measured", () => {
  expect(checked([])).toEqual({ verdict: "not-examined", reason: "resource use was not sampled" });
  const other = { type: "availability", sentMs: 500, doneMs: 510, ok: true, status: 200, servedBy: "a" } as const;
  expect(checked([], () => ({ probes: [other] })).reason).toBe("resource use was not sampled");
  const record = timeline(BASELINE, {}, () => ({ probes: SAMPLES }));
  const nothing = resources.check(record, { ...gatherFacts(record), baseline: null });
  expect(nothing).toEqual({ verdict: "not-examined", reason: "there is no baseline" });
});

test("goes by its name, and is not asked where k6's clock was never mapped", () => {
  const record = timeline(BASELINE, {}, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [resources]).checks).toMatchObject([
    { name: "resources", verdict: "inconclusive", reason: expect.stringMatching(/^k6's clock was never mapped/) },
  ]);
});

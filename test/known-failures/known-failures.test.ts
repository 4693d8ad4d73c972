/** Failures that others have described, reproduced on real components; `docs/known-failures.md` is their table. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { armFault } from "../../harness/faults/index.ts";
import type { Config } from "../../harness/model/plan/config.ts";
import type { Scenario } from "../../harness/model/plan/scenario.ts";
import type { SiteName } from "../../harness/model/plan/site.ts";
import type { DrillEvent } from "../../harness/model/record/event.ts";
import type { RunRecord } from "../../harness/model/record/record.ts";
import type { Verdict } from "../../harness/model/verdict/verdict.ts";
import { until } from "../../harness/system/waiting.ts";
import { dockerOf } from "../../harness/systems/lab/engine-client.ts";
import type { Postgres } from "../../harness/systems/lab/postgres.ts";
import type { Topology } from "../../harness/systems/lab/topology.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { loseMessages } from "../lose-messages.ts";
import { configure, makeWhole } from "../make-whole.ts";
import { configNamed, test } from "../shared-topology.ts";
import { type Beside, drillOn } from "../small-drill.ts";

/** On a server that is already warm. */
const load = { ...regionLoss.load, ratePerSecond: 25, warmUpSeconds: 3, baselineSeconds: 3, afterSeconds: 12 };

const isPhase = (name: string) => (event: DrillEvent) => event.type === "phase" && event.phase === name;
const isFault = (index: number, state: string) => (event: DrillEvent) =>
  event.type === "fault" && event.fault === index && event.state === state;
const isRouted = (event: DrillEvent) => event.type === "operator" && event.step === "latched";
const msOf = (record: RunRecord, is: (event: DrillEvent) => boolean) => record.events.find(is)?.atMs ?? Number.NaN;

const checkOf = (verdict: Verdict, name: string) => verdict.checks.find((check) => check.name === name);
const acknowledgedBy = (record: RunRecord, side: SiteName) =>
  [...record.history].filter((op) => op.outcome === "ok" && op.servedBy === side);

describe("a proxy that decides by itself, and a B that is not fenced", () => {
  const NEVER = 1_000_000;
  const config = patient(NEVER);

  test.beforeAll(({ topology }) => configure(topology, config));

  describe("and returns to A by itself", () => {
    const scenario: Scenario = {
      ...regionLoss,
      name: "known-passive-failback",
      load,
      faults: [{ kind: "link-cut", link: "hapi-a", afterSeconds: 0, healAfterSeconds: 4 }],
      disaster: 0,
    };
    /** In each direction. Both together exceed the interval between writes, so that the cut always hits one. */
    const FAR_MS = 30;

    let verdict: Verdict;
    let record: RunRecord;

    test.beforeAll(async ({ topology, prerequisites }) => {
      const far = { kind: "link-latency", link: "hapi-a", latencyMs: FAR_MS, jitterMs: 0, afterSeconds: 0 } as const;
      const latency = armFault(topology, far);
      await latency.inject();
      ({ verdict, record } = await drillOn(topology, prerequisites, { scenario, config, seed: 13 }));
      await latency.heal();
    });

    test("split brain after a passive failback: each site holds writes that the other lacks, and those that B acknowledged are lost", async ({
      topology,
    }) => {
      expect(checkOf(verdict, "worth-judging")).toMatchObject({ verdict: "holds", evidence: [] });
      const [onA, onB] = await Promise.all([requestsOn(topology.postgres.a), requestsOn(topology.postgres.b)]);
      const onlyOnB = acknowledgedBy(record, "b").filter(({ write }) => onB.has(write) && !onA.has(write));
      const onlyOnA = acknowledgedBy(record, "a").filter(({ write }) => onA.has(write) && !onB.has(write));
      expect(onlyOnB.length).toBeGreaterThan(0);
      // Not only those that were still in flight to B at the end.
      const lastOfB = Math.max(...onlyOnB.map((op) => op.invokedMs));
      const sinceReturn = acknowledgedBy(record, "a").filter((op) => op.invokedMs > lastOfB);
      expect(onlyOnA.length).toBeGreaterThan(sinceReturn.length / 2);
      expect(sinceReturn.length).toBeGreaterThan(0);
      expect([...record.history].findLast((op) => op.outcome === "ok")?.servedBy).toBe("a");
      const { lost, stranded, divergence } = verdict.measures;
      expect(divergence.onlyServing).toBeGreaterThanOrEqual(onlyOnA.length);
      expect(divergence.onlyOther).toBeGreaterThanOrEqual(onlyOnB.length);
      expect(lost.ids.toSorted()).toEqual(onlyOnB.map(({ write }) => write).toSorted());
      expect(stranded.count).toBe(lost.count);
    });
  });

  // On the topology that the split brain left: no site follows any more, which these tests do not need.
  describe("when A is frozen for longer than the proxy waits", () => {
    const tuned: Config = { ...configNamed("tuned"), fencing: false, operator: config.operator };
    const scenario: Scenario = {
      ...regionLoss,
      name: "known-frozen-executes-twice",
      load: { ...load, afterSeconds: 7 },
      faults: [{ kind: "freeze", part: "hapi-a", afterSeconds: 0, healAfterSeconds: 8 }],
      disaster: 0,
    };
    /** After the proxy has given up on A, and well before A is thawed. */
    const STILL_FROZEN_MS = 5000;

    let verdict: Verdict;
    let record: RunRecord;
    let onFrozenA: Set<string>;

    test.beforeAll(async ({ topology, prerequisites }) => {
      await configure(topology, tuned);
      ({ verdict, record } = await drillOn(topology, prerequisites, { scenario, config: tuned, seed: 14, beside }));
    });

    async function beside({ topology, told }: Beside): Promise<void> {
      await told(isFault(0, "evidenced"));
      await sleep(STILL_FROZEN_MS);
      onFrozenA = await requestsOn(topology.postgres.a);
    }

    test("a frozen server, when it resumes, executes what another has executed meanwhile: writes are executed twice", async ({
      topology,
    }) => {
      expect(checkOf(verdict, "worth-judging")).toMatchObject({ verdict: "holds", evidence: [] });
      const [onA, byB] = await carriedOut(topology);
      const twice = acknowledgedBy(record, "b").filter(({ write }) => onA.has(write) && byB.has(write));
      expect(twice.length).toBeGreaterThan(0);
      // B had acknowledged them, and A executed them later.
      expect(twice.filter(({ write }) => onFrozenA.has(write))).toEqual([]);
      expect(new Set(twice.map(({ kind }) => kind))).toEqual(new Set(["put"]));
      expect(verdict.measures.doubleExecuted.ids).toEqual(expect.arrayContaining(twice.map(({ write }) => write)));
    });
  });
});

describe("a passive proxy that retries an unanswered PUT on a B that is not fenced", () => {
  // Patient enough for the lost answers, so that it acts only on the loss of the region.
  const config = patient(8);
  const scenario: Scenario = {
    ...regionLoss,
    name: "known-retried-put",
    load: { ...load, afterSeconds: 10 },
    // Answers are lost while B is cut off. The proxy, which avoids A for ten seconds, is back at A long before A is
    // lost.
    faults: [
      { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 5 },
      { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 18 },
    ],
    disaster: 1,
  };
  const ANSWERS_LOST_MS = 2500;

  let verdict: Verdict;
  let record: RunRecord;
  let stoppedMs: number;

  test.beforeAll(async ({ topology, prerequisites }) => {
    await makeWhole(topology);
    await configure(topology, config);
    ({ verdict, record } = await drillOn(topology, prerequisites, { scenario, config, seed: 12, beside }));
  });

  /**
   * A executes requests, but for some seconds its answers are lost, and so is what it replicates to B; then connections
   * end.
   */
  async function beside({ topology, now, told }: Beside): Promise<void> {
    await told(isFault(0, "evidenced"));
    const sinceEpochMs = Date.now();
    const unanswered = loseMessages(topology, "hapi-a", "acknowledgement");
    await unanswered.inject();
    await sleep(ANSWERS_LOST_MS);
    await unanswered.heal();
    await told(isFault(0, "healed"));
    await until({ what: "B to meet a row that it has already", deadlineMs: 8000 }, async () =>
      /duplicate key value[\s\S]{0,500}CONTEXT: {2}processing remote data/.test(
        await logOf(topology, "b", sinceEpochMs),
      ),
    );
    stoppedMs = now();
  }

  test("a PUT retried by the proxy is executed twice and stops replication: what A acknowledges from then on is lost", async ({
    topology,
  }) => {
    expect(checkOf(verdict, "worth-judging")).toMatchObject({ verdict: "holds", evidence: [] });
    const [onA, byB] = await carriedOut(topology);
    const twice = [...record.history].filter(({ write }) => onA.has(write) && byB.has(write));
    expect(new Set(twice.map(({ kind }) => kind))).toEqual(new Set(["put"]));
    expect(verdict.measures.doubleExecuted.ids).toEqual(expect.arrayContaining(twice.map(({ write }) => write)));
    expect(verdict.measures.lost.oldestAckMs).toBeGreaterThan(msOf(record, isFault(0, "injecting")));
    const later = acknowledgedBy(record, "a").filter((op) => op.invokedMs > stoppedMs);
    expect(later.length).toBeGreaterThan(0);
    expect(verdict.measures.lost.ids).toEqual(expect.arrayContaining(later.map(({ write }) => write)));
  });
});

describe("a follower that falls silent under synchronous replication, and then must take over", () => {
  const config = configNamed("sync");
  const scenario: Scenario = {
    ...regionLoss,
    name: "known-silent-follower",
    load: { ...load, baselineSeconds: 4, afterSeconds: 16 },
    faults: [
      { kind: "link-cut", link: "replication", afterSeconds: 5 },
      { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 11 },
    ],
    disaster: 1,
  };
  /** The baseline; after it the link to B falls silent, and some seconds later it is cut. */
  const HEALTHY_MS = 4000;
  /** How long the writes that wait for B are left waiting. */
  const UNAIDED_MS = 800;
  const SAMPLE_EVERY_MS = 50;

  let verdict: Verdict;
  let record: RunRecord;
  let silentMs: number;
  let firstCancelMs: number;
  let cancelled = 0;
  let readOfB: { atMs: number; status: number; servedBy: string | null };
  /** `pg_stat_replication` on A over time: one figure for each of its rows. */
  const samples: { atMs: number; replayLags: (number | null)[] }[] = [];

  /** The positions to which B's sequences had been moved. */
  let moved: Positions;

  test.beforeAll(async ({ topology, prerequisites }) => {
    // B's FHIR server is restarted, too, so it has none of the numbers left that it had reserved before.
    await makeWhole(topology);
    await configure(topology, config);
    moved = await positionsOf(topology.postgres.b);
    ({ verdict, record } = await drillOn(topology, prerequisites, { scenario, config, seed: 11, beside }));
  });
  test.afterAll(({ topology }) => setPositions(topology.postgres.b, moved));

  async function beside({ topology, now, told }: Beside): Promise<void> {
    await told(isPhase("baseline"));
    // The positions of a copy made at this moment: they are not moved, while A continues.
    await setPositions(topology.postgres.b, await positionsOf(topology.postgres.a));
    const onA = await topology.postgres.a.connect();
    let lost = false;
    const loss = told(isFault(1, "injecting")).then(() => {
      lost = true;
    });
    const sample = async (forMs: number, andThen = async () => {}) => {
      for (const endMs = now() + forMs; now() < endMs && !lost; await sleep(SAMPLE_EVERY_MS)) {
        const { rows } = await onA.query(
          "select extract(epoch from replay_lag)::float8 as lag from pg_stat_replication",
        );
        samples.push({ atMs: now(), replayLags: rows.map((row) => row.lag) });
        await andThen();
      }
    };
    try {
      await sample(HEALTHY_MS);
      await Promise.all([
        loseMessages(topology, "replication", "request").inject(),
        loseMessages(topology, "replication", "acknowledgement").inject(),
      ]);
      silentMs = now();
      await sample(UNAIDED_MS);
      firstCancelMs = now();
      await sample(60_000, async () => {
        const { rows } = await onA.query(
          "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'",
        );
        cancelled += rows.length;
      });
    } catch (error) {
      // A may die during the last query; an earlier error is a real one.
      if (!lost) throw error;
    } finally {
      await onA.end().catch(() => {});
    }
    await loss;
    await told(isRouted);
    const atMs = now();
    const answer = await fetch(`http://${topology.links.addressOf("edge")}/fhir/Basic/fhirdrill-operator`);
    readOfB = { atMs, status: answer.status, servedBy: answer.headers.get("X-Served-By") };
  }

  test("the run was worth judging", () => {
    expect(checkOf(verdict, "worth-judging")).toMatchObject({ verdict: "holds", evidence: [] });
  });

  test("sequences that are not replicated: B can be read, but refuses writes long after the proxy was routed to it", () => {
    expect(readOfB).toMatchObject({ status: 200, servedBy: "b" });
    const refused = [...record.history].filter((op) => op.servedBy === "b" && op.status === 409);
    expect(refused.at(-1)?.invokedMs).toBeGreaterThan(readOfB.atMs);
    // The failover itself is the smaller share of the outage.
    const routedMs = msOf(record, isRouted);
    const outage = verdict.measures.downtime.intervals.find((i) => i.fromMs < routedMs && routedMs < i.toMs);
    if (!outage) throw new Error("the outage was over before the proxy was latched");
    expect(outage.toMs - routedMs).toBeGreaterThan(routedMs - outage.fromMs);
  });

  test("a cancelled wait for the follower is acknowledged, and lost although replication was synchronous", () => {
    const unaided = [...record.history].filter((op) => op.invokedMs > silentMs && op.invokedMs < firstCancelMs);
    expect(unaided.length).toBeGreaterThan(0);
    expect(unaided.filter((op) => op.outcome === "ok" && (op.completedMs as number) < firstCancelMs)).toEqual([]);
    const { lost, stranded } = verdict.measures;
    expect(lost.count).toBeGreaterThan(0);
    expect(lost.count).toBeLessThanOrEqual(cancelled);
    expect(lost.oldestAckMs).toBeGreaterThan(silentMs);
    expect(stranded.count).toBe(lost.count);
    expect(checkOf(verdict, "lost-writes")).toMatchObject({ verdict: "broken" });
  });

  test("replay_lag is frozen while the follower is silent, then gone; the heartbeat's lag grows with the seconds", () => {
    const lossMs = msOf(record, isFault(1, "injecting"));
    // Replies in flight when the silence began may still have been counted.
    const isSilent = ({ atMs }: { atMs: number }) => atMs > silentMs + 2 * SAMPLE_EVERY_MS && atMs < lossMs;
    const silent = samples.filter(isSilent);
    const frozen = silent.flatMap(({ replayLags }) => replayLags);
    expect(frozen.length).toBeGreaterThan(10);
    expect(new Set(frozen).size).toBe(1);
    expect(frozen[0]).toBeGreaterThan(0);
    expect(silent.at(-1)?.replayLags).toEqual([]);
    const heartbeats = record.probes
      .filter((probe) => probe.type === "replication-lag")
      .filter((probe) => isSilent(probe) && probe.atMs > firstCancelMs);
    const [first, last] = [heartbeats[0], heartbeats.at(-1)];
    if (!first || !last || first.heartbeatMs === null || last.heartbeatMs === null) throw new Error("no heartbeats");
    expect((last.heartbeatMs - first.heartbeatMs) / (last.atMs - first.atMs)).toBeCloseTo(1, 1);
    expect((frozen[0] as number) * 1000).toBeLessThan(last.heartbeatMs / 10);
  });
});

/** nginx with its defaults, no fence, and an operator that acts after that many failed probes. */
function patient(failedProbes: number): Config {
  const config = configNamed("passive");
  return { ...config, operator: { ...config.operator, failedProbes } };
}

/** Positions of sequences, by name. */
type Positions = Map<string, string>;

async function positionsOf(postgres: Postgres): Promise<Positions> {
  const rows = await postgres.query<{ name: string; at: string }>(
    `select format('%I.%I', schemaname, sequencename) as name, coalesce(last_value, start_value)::text as at
       from pg_sequences where schemaname = 'public'`,
  );
  return new Map(rows.map(({ name, at }) => [name, at]));
}

async function setPositions(postgres: Postgres, positions: Positions): Promise<void> {
  await postgres.query(`select ${[...positions].map(([name, at]) => `setval('${name}', ${at})`).join(", ")}`);
}

/**
 * The requests that left a trace in a site's database; or only those that created a resource there, by B's range of
 * ids.
 */
async function requestsOn(postgres: Postgres, which: "all" | "made there" = "all"): Promise<Set<string>> {
  const rows = await postgres.query<{ request: string }>(
    "select distinct request_id as request from hfj_res_ver where request_id is not null and res_id > $1",
    [which === "all" ? 0 : 900_000_000],
  );
  return new Set(rows.map((row) => row.request));
}

/** The requests that A executed, and those that B executed itself. */
function carriedOut({ postgres }: Topology): Promise<[onA: Set<string>, byB: Set<string>]> {
  return Promise.all([requestsOn(postgres.a), requestsOn(postgres.b, "made there")]);
}

async function logOf({ engine, postgres }: Topology, side: SiteName, sinceEpochMs: number): Promise<string> {
  const container = dockerOf(engine).getContainer(postgres[side].container.getId());
  const since = Math.floor(sinceEpochMs / 1000);
  return (await container.logs({ stdout: true, stderr: true, since })).toString("utf8");
}

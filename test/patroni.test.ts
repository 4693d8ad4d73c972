/**
 * The lab with physical replication, on real components. Both servers write through their site's HAProxy to the one
 * primary. Its site is lost, and Patroni lets the other one take over; it comes back and follows; and a planned
 * switchover makes it the primary again.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeId } from "../harness/model/load/write.ts";
import type { Config } from "../harness/model/plan/config.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import type { SiteName } from "../harness/model/plan/site.ts";
import { startClock } from "../harness/model/record/clock.ts";
import { lastPrimary, takeoversIn } from "../harness/model/record/primary.ts";
import { type PrimaryProbe, type ResourceProbe, SAMPLED_OF_PATRONI } from "../harness/model/record/probe.ts";
import { startPrimaryProbe } from "../harness/probes/primary.ts";
import { startResourceProbe } from "../harness/probes/resources.ts";
import { readWal } from "../harness/probes/wal-writes.ts";
import { lagBySql, primaryBySql } from "../harness/replication/physical/by-sql.ts";
import { imageNames, preparePrerequisites } from "../harness/run/set-up.ts";
import type { SelfFailover } from "../harness/system/self-failover.ts";
import { sendWrite } from "../harness/system/send-write.ts";
import { machinesOf } from "../harness/system/site.ts";
import { until } from "../harness/system/waiting.ts";
import type { WalFiles } from "../harness/system/wal.ts";
import { imagesFor, startLab } from "../harness/systems/lab/labs.ts";
import { untilFollows } from "../harness/systems/lab/patroni/member.ts";
import type { PatroniTopology } from "../harness/systems/lab/patroni/start.ts";
import { CONFIGS } from "../scenarios/configs.ts";
import { tryOut } from "./try-out.ts";

const say = (line: string) => console.log(line);
const view = { say, step: () => {}, event: () => {}, live: () => {} };
/** The configuration that fails over soonest. */
const config = CONFIGS.find(({ name }) => name === "patroni-tuned") as Config;
const now = startClock();

let topology: PatroniTopology;
let stopProbe: () => Promise<void>;
const samples: PrimaryProbe[] = [];
const acknowledged: string[] = [];

beforeAll(async () => {
  const prerequisites = await preparePrerequisites("auto", view, undefined, {}, imagesFor(config));
  topology = (await startLab(prerequisites.engine, {
    run: `test-${process.pid}-${Date.now().toString(36)}`,
    images: imageNames(prerequisites.images),
    golden: prerequisites.golden,
    config,
    onStep: (step, done) => done && say(`${step}: ${(done.tookMs / 1000).toFixed(1)} s`),
  })) as PatroniTopology;
  const { ask } = topology.failover as SelfFailover;
  stopProbe = startPrimaryProbe(ask, now, (sample) => samples.push(sample));
});

afterAll(async () => {
  await stopProbe?.();
  await topology?.release();
});

async function put(id: string): Promise<boolean> {
  const body = { resourceType: "Patient", id };
  const write = { id, method: "PUT", path: `Patient/${id}`, body } as const;
  const answer = await sendWrite(topology.edge.ask, write, 5000);
  if (answer.acknowledged) acknowledged.push(id);
  return answer.acknowledged;
}

async function putMany(prefix: string, count: number): Promise<number> {
  let good = 0;
  for (let n = 0; n < count; n += 1) if (await put(`${prefix}-${n}`)) good += 1;
  return good;
}

async function idsOn(side: SiteName): Promise<Set<string>> {
  const rows = await topology.postgres[side].query<{ id: string }>("select fhir_id as id from hfj_resource");
  return new Set(rows.map(({ id }) => id));
}

const untilWritten = (prefix: string) => {
  let n = 0;
  const waiting = { what: "a write to be acknowledged", deadlineMs: 90_000, everyMs: 100 };
  return until(waiting, () => put(`${prefix}-${n++}`));
};

test("clients write through both servers to the one primary, and the other site follows", async () => {
  expect(await putMany("before", 20)).toBe(20);
  expect(lastPrimary(samples)).toBe("a");
  expect([...(await idsOn("a"))]).toEqual(expect.arrayContaining(acknowledged));
  const sessions = await topology.postgres.a.query<{ name: string }>(
    "select distinct application_name as name from pg_stat_activity where application_name like 'hapi-%' order by 1",
  );
  expect(sessions.map(({ name }) => name)).toEqual(["hapi-a", "hapi-b"]);
  await until({ what: "B to have it all", deadlineMs: 10_000 }, async () => {
    const there = await idsOn("b");
    return acknowledged.every((id) => there.has(id));
  });
  const [row] = await topology.postgres.b.query("select pg_is_in_recovery() as follows");
  expect(row).toEqual({ follows: true });
});

test("the resource use of a standby is known, its log included", async () => {
  const seen: ResourceProbe[] = [];
  const stop = startResourceProbe(topology, now, (probe) => seen.push(probe));
  const ofStandby = () => seen.find(({ part, walBytes }) => part === "pg-b" && typeof walBytes === "number");
  const known = () => new Set(seen.filter(({ cpuSeconds }) => cpuSeconds !== null).map(({ part }) => part));
  const isDone = async () => ofStandby() !== undefined && SAMPLED_OF_PATRONI.every((part) => known().has(part));
  await until({ what: "B's log and all parts to be known", deadlineMs: 20_000 }, isDone).finally(stop);
  expect(ofStandby()?.diskBytes).toBeGreaterThan(1_000_000);
});

test("each database reports the primary, and how far the other one lags", async () => {
  const [ofA, ofB] = await Promise.all((["a", "b"] as const).map(primaryBySql(topology.postgres)));
  const rest = await topology.members.a.rest.status();
  expect(ofA?.server).toEqual({ role: "primary", timeline: rest.timeline, state: "running" });
  expect(ofB?.server).toEqual({ role: "replica", timeline: rest.timeline, state: "streaming" });
  const sampler = lagBySql(topology.postgres);
  expect((await sampler.sample("b", 0)).unconfirmedBytes).toBeGreaterThanOrEqual(0);
  expect((await sampler.sample("a", 0)).unconfirmedBytes).toBeNull();
  sampler.end();
});

test("a standby refuses a write", async () => {
  const written = topology.postgres.b.query("update fhirdrill.heartbeat set at_ms = 1");
  await expect(written).rejects.toThrow("read-only transaction");
});

const at = { afterSeconds: 0 };
/** Injected at the following site, so that there is no takeover. */
const FAULTS: FaultSpec[] = [
  { kind: "link-cut", link: "replication", ...at },
  { kind: "link-cut", link: "pg-b", ...at },
  { kind: "link-latency", link: "replication", latencyMs: 100, jitterMs: 0, ...at },
  { kind: "packet-drop", link: "replication", direction: "both", ...at },
  { kind: "freeze", part: "pg-b", ...at },
  { kind: "process-kill", part: "pg-b", ...at },
  { kind: "database-crash", side: "b", ...at },
  { kind: "connection-exhaustion", side: "b", ...at },
  { kind: "dcs-partition", side: "b", ...at },
  { kind: "region-loss", side: "b", how: "silence", ...at },
];

test.each(FAULTS)("%j is not active before, is active until it is healed, and then is cleared", async (spec) => {
  await tryOut(topology, spec, 90_000);
  await untilFollows(topology.engine, topology.members.b, "async");
  expect(takeoversIn(samples)).toEqual([]);
});

/** Ids as a drill's load has them. */
const SEED = 4711;
const NAMED = Array.from({ length: 5 }, (_, n) => writeId(SEED, n));

test("the primary's site is lost, with its vote: the other one takes over, and clients write again", async () => {
  for (const id of NAMED) expect(await put(id)).toBe(true);
  const lostMs = now();
  await Promise.all(machinesOf(topology.site("a")).map(({ component }) => component.kill()));
  await untilWritten("after");
  say(`writes again ${((now() - lostMs) / 1000).toFixed(1)} s after the loss`);
  const [takeover, ...more] = takeoversIn(samples);
  say(JSON.stringify(takeover));
  expect(more).toEqual([]);
  expect(takeover).toMatchObject({ from: "a", to: "b", timeline: 2 });
  expect(takeover?.unlocked?.toMs).toBeGreaterThan(lostMs);
  expect(takeover?.promoted.toMs).toBeGreaterThanOrEqual(takeover?.unlocked?.fromMs as number);
  // The new primary writes it to the store in its next round.
  const left = await until({ what: "the history to be told", deadlineMs: 20_000 }, async () => {
    const [first] = await topology.members.b.rest.history();
    return first?.leader ? first : null;
  });
  expect(left).toMatchObject({ timeline: 1, leader: "pg-b" });
  const sampled = { what: "the probe to have read it", deadlineMs: 20_000 };
  const [end] = await until(
    sampled,
    async () => samples.findLast(({ history }) => history?.[0]?.leader)?.history ?? null,
  );
  expect(end).toEqual({ ...left, side: "b" });
  // Writes acknowledged a while before the loss had been replicated by then.
  expect([...(await idsOn("b"))]).toEqual(expect.arrayContaining(acknowledged));
});

test("its log is read from the stopped container, and names the last writes", async () => {
  const line = await readWal(topology.wal as WalFiles, "a", "own", SEED, now);
  say(JSON.stringify(line));
  expect(line).toMatchObject({ type: "wal", side: "a", of: "own" });
  expect(line.type === "wal" && line.writes.toSorted()).toEqual(NAMED);
});

test("it comes back, and follows", async () => {
  for (const { component } of machinesOf(topology.site("a"))) await component.startAgain();
  await untilFollows(topology.engine, topology.members.a, "async");
  await until({ what: "A to have it all", deadlineMs: 20_000 }, async () => {
    const there = await idsOn("a");
    return acknowledged.every((id) => there.has(id));
  });
  expect(takeoversIn(samples)).toHaveLength(1);
});

test("a planned switchover makes it the primary again, and no server is left with a read-only database", async () => {
  const said = await topology.failover?.switchOver("a");
  expect(said).toMatch(/Successfully switched over/);
  await untilWritten("back");
  expect(await putMany("then", 10)).toBe(10);
  expect(takeoversIn(samples).map(({ from, to, timeline }) => [from, to, timeline])).toEqual([
    ["a", "b", 2],
    ["b", "a", 3],
  ]);
  expect([...(await idsOn("a"))]).toEqual(expect.arrayContaining(acknowledged));
  const newest = () => samples.findLast(({ history }) => history?.length === 2)?.history ?? null;
  const history = await until({ what: "the history to have both", deadlineMs: 30_000 }, async () => newest());
  expect(history.map(({ timeline, side }) => [timeline, side])).toEqual([
    [1, "b"],
    [2, "a"],
  ]);
});

test("the lock store is lost and comes back, and clients write again", async () => {
  await tryOut(topology, { kind: "dcs-loss", ...at }, 90_000);
  await untilWritten("stored");
  const primary = lastPrimary(samples) as SiteName;
  expect([...(await idsOn(primary))]).toEqual(expect.arrayContaining(acknowledged));
});

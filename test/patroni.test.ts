/**
 * The lab with physical replication, on real parts: both servers write through their site's HAProxy to the one primary; its
 * site is lost, and Patroni lets the other one take over; it comes back, and follows; and it is the primary again by order.
 */
import type { StartedTestContainer } from "testcontainers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startClock } from "../harness/model/clock.ts";
import type { PatroniSettings } from "../harness/model/config.ts";
import { lastPrimary, takeoversIn } from "../harness/model/primary.ts";
import type { PrimaryProbe } from "../harness/model/probe.ts";
import type { Side } from "../harness/model/side.ts";
import { startPrimaryProbe } from "../harness/probes/primary.ts";
import { prepareGround } from "../harness/run/set-up.ts";
import { handleOf } from "../harness/topology/container.ts";
import { PATRONI_IMAGES, provideImages } from "../harness/topology/images.ts";
import { askMember } from "../harness/topology/patroni/ask.ts";
import { untilFollows } from "../harness/topology/patroni/member.ts";
import { type PatroniPart, type PatroniTopology, startPatroni } from "../harness/topology/patroni/start.ts";
import { sendWrite } from "../harness/topology/send-write.ts";
import { until } from "../harness/topology/waiting.ts";

const say = (line: string) => console.log(line);
/** The shortest times that Patroni takes. */
const TUNED: PatroniSettings = {
  ...{ ttlSeconds: 20, loopWaitSeconds: 5, retryTimeoutSeconds: 5, strict: false },
  check: { interSeconds: 1, fall: 2, rise: 1 },
};
const now = startClock();

let topology: PatroniTopology;
let stopProbe: () => Promise<void>;
const samples: PrimaryProbe[] = [];
const acknowledged: string[] = [];

beforeAll(async () => {
  const ground = await prepareGround("auto", { say, step: () => {}, event: () => {}, live: () => {} });
  const images = await provideImages(ground.engine, { mode: "auto", named: {} }, say, PATRONI_IMAGES);
  const names = Object.fromEntries(Object.entries(images).map(([part, { name }]) => [part, name]));
  topology = await startPatroni(ground.engine, {
    run: `test-${process.pid}-${Date.now().toString(36)}`,
    images: names as Record<PatroniPart, string>,
    golden: ground.golden,
    patroni: TUNED,
    replication: "async",
    onStep: (step, done) => done && say(`${step}: ${(done.tookMs / 1000).toFixed(1)} s`),
  });
  const { a, b } = topology.members;
  const rests = { a: a.rest, b: b.rest };
  stopProbe = startPrimaryProbe(
    (side) => askMember(side, rests[side]),
    now,
    (sample) => samples.push(sample),
  );
});

afterAll(async () => {
  await stopProbe?.();
  await topology?.remove();
});

async function put(id: string): Promise<boolean> {
  const body = { resourceType: "Patient", id };
  const write = { id, method: "PUT", path: `Patient/${id}`, body } as const;
  const answer = await sendWrite(topology.links.portOf("edge"), write, 5000);
  if (answer.acknowledged) acknowledged.push(id);
  return answer.acknowledged;
}

async function putMany(prefix: string, count: number): Promise<number> {
  let good = 0;
  for (let n = 0; n < count; n += 1) if (await put(`${prefix}-${n}`)) good += 1;
  return good;
}

async function idsOn(side: Side): Promise<Set<string>> {
  const rows = await topology.postgres[side].query<{ id: string }>("select fhir_id as id from hfj_resource");
  return new Set(rows.map(({ id }) => id));
}

/** All that is at one site, and goes when it does. */
function siteOf(side: Side): StartedTestContainer[] {
  const { hapi, haproxy, members, etcd } = topology;
  return [hapi[side], haproxy[side], members[side], etcd[side]].map(({ container }) => container);
}

const untilWritten = (prefix: string) => {
  let n = 0;
  const waiting = { what: "a write to be acknowledged", deadlineMs: 90_000, everyMs: 100 };
  return until(waiting, () => put(`${prefix}-${n++}`));
};

test("clients write through both servers to the one primary, and the other side follows", async () => {
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

test("what nobody may write to refuses a write", async () => {
  const written = topology.postgres.b.query("update fhirdrill.heartbeat set at_ms = 1");
  await expect(written).rejects.toThrow("read-only transaction");
});

test("the primary's site is lost, with its vote: the other one takes over, and clients write again", async () => {
  const lostMs = now();
  await Promise.all(siteOf("a").map((container) => handleOf(topology.engine, container).kill()));
  await untilWritten("after");
  say(`writes again ${((now() - lostMs) / 1000).toFixed(1)} s after the loss`);
  const [takeover, ...more] = takeoversIn(samples);
  say(JSON.stringify(takeover));
  expect(more).toEqual([]);
  expect(takeover).toMatchObject({ from: "a", to: "b", timeline: 2 });
  expect(takeover?.unlocked?.toMs).toBeGreaterThan(lostMs);
  expect(takeover?.promoted.toMs).toBeGreaterThanOrEqual(takeover?.unlocked?.fromMs as number);
  // The new primary tells it to the store in its next round.
  const left = await until({ what: "the history to be told", deadlineMs: 20_000 }, async () => {
    const [first] = await topology.members.b.rest.history();
    return first?.leader ? first : null;
  });
  expect(left).toMatchObject({ timeline: 1, leader: "pg-b" });
  // What was acknowledged a while before the loss had been copied by then.
  expect([...(await idsOn("b"))]).toEqual(expect.arrayContaining(acknowledged));
});

test("it comes back, and follows", async () => {
  await Promise.all(siteOf("a").map((container) => handleOf(topology.engine, container).start()));
  await untilFollows(topology.engine, topology.members.a, "async");
  await until({ what: "A to have it all", deadlineMs: 20_000 }, async () => {
    const there = await idsOn("a");
    return acknowledged.every((id) => there.has(id));
  });
  expect(takeoversIn(samples)).toHaveLength(1);
});

test("by order it is the primary again, and nobody is left with a server that may only read", async () => {
  const said = await topology.members.b.rest.switchover("pg-b", "pg-a");
  expect(said).toMatch(/Successfully switched over/);
  await untilWritten("back");
  expect(await putMany("then", 10)).toBe(10);
  expect(takeoversIn(samples).map(({ from, to, timeline }) => [from, to, timeline])).toEqual([
    ["a", "b", 2],
    ["b", "a", 3],
  ]);
  expect([...(await idsOn("a"))]).toEqual(expect.arrayContaining(acknowledged));
});

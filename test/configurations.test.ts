/**
 * What configurations change, on real components: the settings of one topology are changed from test to test.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import type { Operation } from "../harness/model/columns/operation.ts";
import type { Config } from "../harness/model/plan/config.ts";
import type { Scenario } from "../harness/model/plan/scenario.ts";
import { startClock } from "../harness/model/record/clock.ts";
import type { DrillEvent, OperatorEvent } from "../harness/model/record/event.ts";
import type { Duty } from "../harness/operator/duty.ts";
import { failOver } from "../harness/operator/failover.ts";
import { SUBSCRIPTIONS, setDurability } from "../harness/replication/logical/subscription.ts";
import { until } from "../harness/system/waiting.ts";
import type { Postgres } from "../harness/systems/lab/postgres.ts";
import { filesOf, reload } from "../harness/systems/lab/proxy.ts";
import type { Topology } from "../harness/systems/lab/topology.ts";
import { regionLoss } from "../scenarios/region-loss.ts";
import { loseMessages } from "./lose-messages.ts";
import { configNamed, test } from "./shared-topology.ts";
import { drillOn, type Started } from "./small-drill.ts";

let round = 0;
/** A PUT of `id`, each time with other content; or a POST. */
function write(origin: string, id: string | null): Promise<Response> {
  round += 1;
  const body = { resourceType: "Patient", ...(id && { id }), name: [{ family: `round-${round}` }] };
  return fetch(`${origin}/fhir/Patient${id ? `/${id}` : ""}`, {
    method: id ? "PUT" : "POST",
    headers: { "Content-Type": "application/fhir+json", Connection: "close" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
}
/** Directly, bypassing the proxy and its timeouts. */
const onA = ({ links }: Topology) => `http://${links.addressOf("hapi-a")}`;
const edge = ({ links }: Topology) => `http://${links.addressOf("edge")}`;
const within = (what: string) => ({ what, deadlineMs: 20_000, everyMs: 20 });

describe("what an acknowledgement waits for", () => {
  const ID = "waited-for";

  async function become({ postgres: { a } }: Topology, replication: Config["replication"]): Promise<void> {
    await setDurability(a, replication);
    const wanted = replication === "async" ? "async" : "sync";
    await until(within(`B to be ${wanted} for A`), async () => {
      const rows = await a.query<{ state: string }>("select sync_state as state from pg_stat_replication");
      return rows.length === 1 && rows[0]?.state === wanted;
    });
  }

  test.beforeAll(async ({ topology }) => {
    expect((await write(onA(topology), ID)).status).toBe(201);
    await until(within("B to follow"), async () => (await topology.hapi.b.request(`Patient/${ID}`)).status === 200);
  });
  test.afterAll(({ topology }) => become(topology, "async"));

  test.for([
    ["async", false],
    ["sync", true],
    ["sync-apply", true],
  ] as const)("%s: is it held up by a row's lock on B? %s", async ([replication, waits], { topology }) => {
    const { a, b } = topology.postgres;
    const count = async (side: typeof a, where: string) =>
      (await side.query(`select 1 from pg_stat_activity where ${where}`)).length;
    const isHeldUp = async () =>
      (await count(b, "backend_type like 'logical replication%worker' and wait_event_type = 'Lock'")) === 1;
    await become(topology, replication);
    const holder = await b.connect();
    try {
      await holder.query("begin");
      const held = await holder.query("select 1 from hfj_resource where fhir_id = $1 for update", [ID]);
      expect(held.rows).toHaveLength(1);
      let acknowledged = false;
      const answer = write(onA(topology), ID).then((response) => {
        acknowledged = true;
        return response;
      });
      await until(within("the write to be held up on B"), isHeldUp);
      if (waits) {
        const waiting = "application_name = 'hapi-a' and wait_event = 'SyncRep'";
        await until(within("the commit on A to wait"), async () => (await count(a, waiting)) > 0);
        expect(acknowledged).toBe(false);
      } else {
        expect((await answer).status).toBe(200);
      }
      expect(await isHeldUp()).toBe(true);
      await holder.query("rollback");
      expect((await answer).status).toBe(200);
    } finally {
      await holder.end();
    }
  });

  describe("with a B that flushes later than it applies", () => {
    const LOOKS = 6;

    test.beforeAll(async ({ topology }) => {
      const { b } = topology.postgres;
      await b.query("alter system set wal_writer_delay = '500ms'");
      await b.query("select pg_reload_conf()");
      await b.query(`alter subscription ${SUBSCRIPTIONS.b} set (synchronous_commit = off)`);
    });
    test.afterAll(async ({ topology }) => {
      const { b } = topology.postgres;
      await b.query(`alter subscription ${SUBSCRIPTIONS.b} set (synchronous_commit = on)`);
      await b.query("alter system reset wal_writer_delay");
      await b.query("select pg_reload_conf()");
    });

    /** Whether, by B's own report to A, at least one acknowledged write was not yet flushed on B. */
    async function isOneUnflushed(topology: Topology): Promise<boolean> {
      const connection = await topology.postgres.a.connect();
      try {
        for (let look = 0; look < LOOKS; look += 1) {
          const { rows } = await connection.query("select pg_current_wal_insert_lsn() as before");
          expect((await write(onA(topology), ID)).status).toBe(200);
          const seen = await connection.query("select flush_lsn <= $1::pg_lsn as yet from pg_stat_replication", [
            rows[0].before,
          ]);
          if (seen.rows[0]?.yet) return true;
        }
      } finally {
        await connection.end();
      }
      return false;
    }

    test("sync: always for B's flush", async ({ topology }) => {
      await become(topology, "sync");
      expect(await isOneUnflushed(topology)).toBe(false);
    });

    test("sync-apply: not for B's flush", async ({ topology }) => {
      await become(topology, "sync-apply");
      expect(await isOneUnflushed(topology)).toBe(true);
    });
  });
});

describe("where a proxy sends requests", () => {
  const servedBy = (answer: Response) => answer.headers.get("X-Served-By");
  const READ = "Patient/waited-for";

  async function untilReadBy(topology: Topology, side: "a" | "b"): Promise<void> {
    await until(within(`${side.toUpperCase()} to be asked`), async () => {
      const answer = await fetch(`${edge(topology)}/fhir/${READ}`, { headers: { Connection: "close" } });
      return answer.status === 200 && servedBy(answer) === side;
    });
  }

  test("latched: to no other site, although its own cannot be reached", async ({ topology }) => {
    await topology.links.setEnabled("hapi-a", false);
    try {
      const answers = [await write(edge(topology), "cut-off"), await write(edge(topology), null)];
      expect(answers.map((answer) => [answer.status, servedBy(answer)])).toEqual([
        [502, "a"],
        [502, "a"],
      ]);
    } finally {
      await topology.links.setEnabled("hapi-a", true);
    }
    expect(servedBy(await write(edge(topology), "cut-off"))).toBe("a");
  });

  test.for(["tuned", "passive"] as const)(
    "%s: to B while A cannot be reached, back by itself, and with all but a POST when A does not answer",
    async (kind, { topology }) => {
      await reload(topology.proxy.container, await filesOf({ proxy: kind }));
      await topology.links.setEnabled("hapi-a", false);
      try {
        await untilReadBy(topology, "b");
        // B is still read-only, and the server that answered is not the first one tried.
        const byB = async () => {
          const answer = await write(edge(topology), "too-early");
          return servedBy(answer) === "b" ? answer : null;
        };
        expect((await until(within("B to be asked to write"), byB)).ok).toBe(false);
      } finally {
        await topology.links.setEnabled("hapi-a", true);
      }
      await untilReadBy(topology, "a");

      const unanswered = loseMessages(topology, "hapi-a", "acknowledgement");
      await unanswered.inject();
      const answers = Promise.all([write(edge(topology), "unanswered"), write(edge(topology), null)]);
      try {
        await until(within("both to be carried out on A"), async () => {
          const rows = await topology.postgres.a.query("select 1 from hfj_res_ver where res_text_vc like any ($1)", [
            [round - 1, round].map((number) => `%"round-${number}"%`),
          ]);
          if (rows.length < 2) throw new Error(`${rows.length} of the two are there`);
          return true;
        });
        // A tuned proxy has timed out by itself; the connections of the passive one end below.
        if (kind === "tuned") await answers;
      } finally {
        await unanswered.heal();
      }
      const [put, post] = await answers;
      // It may be accepted: replication may have brought the write to B meanwhile, and then there is nothing to do.
      expect(servedBy(put as Response)).toBe("b");
      expect([post?.status, servedBy(post as Response)]).toEqual([kind === "tuned" ? 504 : 502, "a"]);
    },
  );

  test("reads by the follower: while A cannot be reached, reads go to B, but writes do not", async ({ topology }) => {
    await reload(topology.proxy.container, await filesOf({ proxy: "latched", reads: "follower-while-away" }));
    await untilReadBy(topology, "a");
    await topology.links.setEnabled("hapi-a", false);
    try {
      await untilReadBy(topology, "b");
      const answers = [await write(edge(topology), "cut-off"), await write(edge(topology), null)];
      expect(answers.map((answer) => [answer.status, servedBy(answer)])).toEqual([
        [502, "a"],
        [502, "a"],
      ]);
    } finally {
      await topology.links.setEnabled("hapi-a", true);
    }
    await untilReadBy(topology, "a");
  });

  test("latched again: to the site that the operator sets, there and back", async ({ topology }) => {
    await reload(topology.proxy.container, await filesOf({ proxy: "latched" }));
    await topology.proxy.route("b");
    await untilReadBy(topology, "b");
    await topology.proxy.route("a");
    await untilReadBy(topology, "a");
  });
});

describe("clients that retry while A executes their writes but its answers are lost", () => {
  const SILENT_SECONDS = 4;
  const scenario: Scenario = {
    ...regionLoss,
    name: "test-lost-answers",
    load: { ...regionLoss.load, ratePerSecond: 20, warmUpSeconds: 3, baselineSeconds: 2, afterSeconds: 6 },
    // Harmless in itself: it marks when the silence begins and ends.
    faults: [{ kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: SILENT_SECONDS }],
    disaster: 0,
  };
  const isFault = (state: string) => (event: DrillEvent) => event.type === "fault" && event.state === state;

  async function drillWith(
    name: string,
    seed: number,
    { topology, prerequisites }: Started,
    atOnce: (topology: Topology) => Promise<void> = async () => {},
  ) {
    const chosen = configNamed(name);
    // The operator never gives A up.
    const config = { ...chosen, operator: { ...chosen.operator, failedProbes: 1_000_000 } };
    const silent = { fromMs: 0, toMs: 0 };
    const { verdict, record } = await drillOn(topology, prerequisites, {
      ...{ scenario, config, seed },
      beside: async ({ now, told }) => {
        await told(isFault("evidenced"));
        await atOnce(topology);
        const unanswered = loseMessages(topology, "hapi-a", "acknowledgement");
        await unanswered.inject();
        silent.fromMs = now();
        await told(isFault("healed"));
        // On a busy machine the silence may begin long after it was due.
        await sleep(Math.max(0, silent.fromMs + SILENT_SECONDS * 1000 - now()));
        await unanswered.heal();
        silent.toMs = now();
      },
    });
    const sentInIt = (op: Operation) => op.invokedMs > silent.fromMs - 1000 && op.invokedMs < silent.toMs;
    const met = [...record.history].filter(sentInIt);
    const wordOf = (check: string) => verdict.checks.find(({ name }) => name === check)?.verdict;
    const kindsOf = (ids: readonly string[]) =>
      new Set(met.filter(({ write }) => ids.includes(write)).map(({ kind }) => kind));
    return { verdict, record, met, wordOf, kindsOf };
  }

  /** In one of them, the test ends the fault early. */
  const conditional = (started: Started) =>
    (begun ??= drillWith("retry-conditional", 22, started, ({ links }) => links.setEnabled("replication", true)));
  let begun: ReturnType<typeof drillWith> | undefined;

  test("same-id: creates and transactions are stored as often as they were sent, and the judge names them", async ({
    topology,
    prerequisites,
  }) => {
    const { verdict, met, wordOf, kindsOf } = await drillWith("retry-same-id", 21, { topology, prerequisites });
    const { duplicated, lost, doubleExecuted } = verdict.measures;
    expect(duplicated.count).toBeGreaterThan(0);
    expect(wordOf("duplicated-writes")).toBe("broken");
    expect(kindsOf(duplicated.ids)).toEqual(new Set(["post", "bundle"]));
    expect(doubleExecuted.ids).toEqual(expect.arrayContaining(duplicated.ids));
    expect(lost.count).toBe(0);
    expect(wordOf("linearizable-registers")).toBe("holds");
    const acknowledged = met.filter(({ outcome, write }) => outcome === "ok" && duplicated.ids.includes(write));
    expect(acknowledged.length).toBeGreaterThan(0);
  });

  test("conditional-create: none is stored twice, and creates that were found are acknowledged", async ({
    topology,
    prerequisites,
  }) => {
    const { verdict, met, wordOf } = await conditional({ topology, prerequisites });
    expect(verdict.measures.duplicated.ids).toEqual([]);
    expect(verdict.measures.lost.count).toBe(0);
    expect(wordOf("linearizable-registers")).toBe("holds");
    const posts = met.filter(({ kind }) => kind === "post");
    const found = posts.filter(({ outcome, status }) => outcome === "ok" && status === 200);
    expect(found.length, posts.map(({ outcome, status }) => `${outcome} ${status}`).join(", ")).toBeGreaterThan(0);
    // Sent once: whether it was executed is unknown.
    const bundles = met.filter(({ kind, outcome }) => kind === "bundle" && outcome === "info");
    expect(bundles.length).toBeGreaterThan(0);
  });

  test("a fault that ends early: the run is inconclusive, and says when it was seen to be over", async ({
    topology,
    prerequisites,
  }) => {
    const { verdict, record } = await conditional({ topology, prerequisites });
    const { verdict: word, evidence } = verdict.checks.find(({ name }) => name === "worth-judging") ?? {};
    expect(word).toBe("inconclusive");
    expect(evidence).toContainEqual(expect.stringMatching(/^link-cut of replication did not last: last active at /));
    expect(record.events.filter(isFault("lasted"))).toEqual([]);
    expect(verdict.verdict).not.toBe("holds");
  });
});

// The last tests: they leave B as the primary without a follower.
describe("a failover from a site that still answers, during slow commits", () => {
  const PREFIX = "slow-commit-";
  const COMMIT_SECONDS = 2;
  const WRITERS = 8;
  const idsOn = async (postgres: Postgres) => {
    const sql = "select fhir_id as id from hfj_resource where fhir_id like $1";
    return new Set((await postgres.query<{ id: string }>(sql, [`${PREFIX}%`])).map(({ id }) => id));
  };

  test.beforeAll(async ({ topology }) => {
    await topology.postgres.a.query(
      `create function fhirdrill.slow_commit() returns trigger language plpgsql
         as 'begin perform pg_sleep(${COMMIT_SECONDS}); return null; end'`,
    );
    await topology.postgres.a.query(
      `create constraint trigger slow_commit after insert on hfj_resource deferrable initially deferred
         for each row when (new.fhir_id like '${PREFIX}%') execute function fhirdrill.slow_commit()`,
    );
  });
  test.afterAll(async ({ topology }) => {
    await topology.postgres.a.query("drop function fhirdrill.slow_commit() cascade");
  });

  test("transactions that are open at the fence are ended, and nothing is committed on A after it", async ({
    topology,
  }) => {
    const { a, b } = topology.postgres;
    let writing = true;
    const acknowledged: string[] = [];
    const writer = async (_: unknown, number: number) => {
      for (let n = 0; writing; n += 1) {
        const id = `${PREFIX}${number}-${n}`;
        if ((await write(edge(topology), id)).ok) acknowledged.push(id);
      }
    };
    const writers = Promise.all(Array.from({ length: WRITERS }, writer));
    const committing = "select 1 from pg_stat_activity where application_name = 'hapi-a' and wait_event = 'PgSleep'";
    await until(within("commits to be under way"), async () => (await a.query(committing)).length >= WRITERS / 2);

    let detail: OperatorEvent["detail"] = {};
    let atTheFence = Promise.resolve(new Set<string>());
    const event = (told: DrillEvent) => {
      if (told.type !== "operator" || told.step !== "fenced") return;
      detail = told.detail;
      atTheFence = idsOn(a);
    };
    const reports = { event, now: startClock(), probe: () => {}, returned: async () => {}, stranded: () => {} };
    const state: Duty["state"] = { primary: "a", follower: "b", tookOverMs: null, lost: null, saved: [] };
    const config = configNamed("async");
    const { signal } = new AbortController();
    expect(await failOver({ system: topology, config, state, reports, signal })).toEqual({ state: "done", detail: {} });
    expect(detail).toMatchObject({ answer: "read-only", endedTransactions: expect.any(Number) });
    expect(detail.endedTransactions).toBeGreaterThan(0);

    await sleep(2 * COMMIT_SECONDS * 1000);
    writing = false;
    await writers;
    expect(await idsOn(a)).toEqual(await atTheFence);
    // Every acknowledged write is found: B has it, or A had it before the fence.
    const held = new Set([...(await atTheFence), ...(await idsOn(b))]);
    expect(acknowledged.filter((id) => !held.has(id))).toEqual([]);
  });
});

import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { fakeParts } from "../check/testing/fake-run.ts";
import type { Config } from "../model/plan/config.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { logicalReplication } from "../replication/logical/logical.ts";
import type { Database } from "../system/database.ts";
import type { FhirServer } from "../system/fhir-server.ts";
import type { System } from "../system/system.ts";
import { bareDatabase, bareLinks, bareServer, bareSystem, queryBy } from "../system/testing/bare-system.ts";
import { listen } from "../system/testing/loopback-server.ts";
import type { Duty, Lost } from "./duty.ts";
import { failOver, isDecided } from "./failover.ts";
import { rebuild } from "./rebuild.ts";
import { restart } from "./restart.ts";
import { startReplication } from "./start-replication.ts";
import { switchOver } from "./switchover.ts";
import { fakeSystem, type Instead } from "./testing/fake-system.ts";

const { config } = fakeParts().run;
const LOST: Lost = { side: "a", remoteLsn: "0/16", saved: false, leftAlone: false };

/** A system whose replication is driven by SQL. */
function systemOf(has: Partial<System>): System {
  const { postgres: databases, links } = bareSystem(has);
  return bareSystem({ replication: logicalReplication({ databases, links, password: "none", config }), ...has });
}

/** Without a system behind it: a plan that touched anything would fail instead of being refused. */
function dutyOf(changes: Partial<Config>, state: Partial<Duty["state"]> = {}, has: Partial<System> = {}) {
  const told: DrillEvent[] = [];
  const duty: Duty = {
    system: systemOf(has),
    config: { ...config, ...changes },
    state: { primary: "a", follower: "b", tookOverMs: null, lost: null, saved: [], ...state },
    reports: {
      event: (event) => told.push(event),
      probe: () => {},
      now: () => performance.now(),
      returned: () => Promise.reject(new Error("nothing may be read")),
      stranded: () => {
        throw new Error("nothing may be saved");
      },
    },
    signal: new AbortController().signal,
  };
  return { duty, told, steps: () => told.map((event) => event.type === "operator" && event.step) };
}

describe("a switchover is refused, and nothing is touched,", () => {
  test.each<[string, Partial<Config>, Partial<Duty["state"]>]>([
    ["when no site is fenced", { fencing: false }, {}],
    ["when the operator does not route the proxy", { proxy: "passive" }, {}],
    ["when the other site does not follow", {}, { follower: null }],
    ["when the site is lost", {}, { primary: "a", follower: null, lost: { ...LOST, side: "b" } }],
  ])("%s", async (_, changes, state) => {
    const { duty, steps } = dutyOf(changes, state);
    expect((await switchOver(duty, "b")).state).toBe("refused");
    expect(steps()).toEqual(["refused"]);
  });

  test("and one that is already done succeeds", async () => {
    const { duty, steps } = dutyOf({}, { primary: "b", follower: "a" });
    expect(await switchOver(duty, "b")).toEqual({ state: "done", detail: {} });
    expect(steps()).toEqual(["done"]);
  });
});

describe("a failover is refused, and nothing is fenced, while the other site could not serve:", () => {
  const answers = queryBy(() => []);
  const silent = () => Promise.reject(new Error("no answer"));

  test.each<[string, Database["query"], FhirServer["isReady"], string]>([
    ["the other database is down", silent, async () => true, "database B does not answer: no answer"],
    ["the other server is down", answers, silent, "HAPI B is not ready: no answer"],
    [
      "the other server is starting",
      answers,
      async () => false,
      "HAPI B is not ready: it reports that it is not ready",
    ],
  ])("%s", async (_, query, isReady, why) => {
    const { duty, steps } = dutyOf(
      {},
      {},
      {
        postgres: {
          a: bareDatabase("a", { query: () => expect.fail("A was touched") }),
          b: bareDatabase("b", { query }),
        },
        hapi: { a: bareServer("a"), b: bareServer("b", { isReady }) },
      },
    );
    expect(await failOver(duty)).toEqual({ state: "refused", detail: { why } });
    expect([steps(), duty.state]).toMatchObject([["refused"], { primary: "a", follower: "b", lost: null }]);
  });

  test("but not once it could", async () => {
    const { duty, steps } = dutyOf(
      {},
      {},
      {
        postgres: {
          a: bareDatabase("a", { query: silent }),
          b: bareDatabase("b", { query: answers, connect: silent }),
        },
        hapi: { a: bareServer("a"), b: bareServer("b", { isReady: async () => true }) },
      },
    );
    expect((await failOver(duty)).state).toBe("failed");
    expect(steps()).toEqual(["fenced", "failed"]);
  });
});

describe("a failover fences the old primary before the promotion:", () => {
  /**
   * Runs up to the promotion, at which B fails. `open`: how often each transaction of A must be terminated until it
   * ends.
   */
  async function failedOver(open: number[]) {
    const done: string[] = [];
    const onA = queryBy((sql) => {
      done.push(sql.replace(/ (where|from) .*/s, ""));
      if (sql.includes("pg_conf_load_time")) return [{ at: "later", isInForce: true }];
      if (!sql.includes("pg_terminate_backend")) return [];
      const left = open.flatMap((times, pid) => (times > 0 ? [pid] : []));
      for (const pid of left) open[pid] = (open[pid] as number) - 1;
      return left.map((pid) => ({ pid }));
    });
    const promoted = () => {
      done.push("promotion");
      return Promise.reject(new Error("no further"));
    };
    const { duty, told } = dutyOf(
      {},
      {},
      {
        postgres: {
          a: bareDatabase("a", { query: onA }),
          b: bareDatabase("b", { query: queryBy(() => []), connect: promoted }),
        },
        hapi: { a: bareServer("a"), b: bareServer("b", { isReady: async () => true }) },
      },
    );
    await failOver(duty);
    const fenced = told.find((event) => event.type === "operator" && event.step === "fenced");
    return { done, detail: fenced?.type === "operator" ? fenced.detail : null };
  }

  test("its open transactions are terminated by then and counted", async () => {
    const { done, detail } = await failedOver([1, 0, 2]);
    expect(detail).toEqual({ answer: "read-only", endedTransactions: 2 });
    expect(done[0]).toMatch(/default_transaction_read_only = on/);
    expect(done.slice(-4)).toEqual([...Array(3).fill("select pid, pg_terminate_backend(pid)"), "promotion"]);
  });

  test("transactions that cannot be terminated are reported, and the promotion stops waiting for them", async () => {
    const { done, detail } = await failedOver([Number.POSITIVE_INFINITY]);
    expect(detail).toMatchObject({ answer: "read-only", endedTransactions: null, why: /open transactions on A/ });
    expect(done.at(-1)).toBe("promotion");
  });
});

test.each<Partial<Duty["state"]>>([{ primary: "b", follower: "a" }, { follower: null }])(
  "a side that does not follow is not restarted: %j",
  async (state) => {
    const { duty, steps } = dutyOf({}, state);
    expect((await restart(duty, "b")).state).toBe("refused");
    expect(steps()).toEqual(["refused"]);
  },
);

test.each<Partial<Duty["state"]>>([{}, { primary: "b", follower: null }])(
  "B does not begin to follow where it does so already, or serves: %j",
  async (state) => {
    const { duty, steps } = dutyOf({}, state);
    expect((await startReplication(duty)).state).toBe("refused");
    expect(steps()).toEqual(["refused"]);
  },
);

describe("a site that came back is left alone when clients may have written to both sites", () => {
  test("because no site was fenced", async () => {
    const lost = { ...LOST };
    const { duty, steps } = dutyOf({ fencing: false }, { primary: "b", follower: null, lost });
    await rebuild(duty, lost);
    expect([steps(), lost.leftAlone, lost.saved]).toEqual([["returned", "refused"], true, false]);
  });

  test.each<[string, Partial<Config>, Partial<Lost>]>([
    ["because the operator does not route the proxy", { proxy: "tuned" }, {}],
    ["because it is unknown how far the other site had followed", {}, { remoteLsn: null }],
  ])("%s, and is fenced all the same", async (_, changes, of) => {
    const lost = { ...LOST, ...of };
    const asked: string[] = [];
    const query = queryBy((sql) => {
      asked.push(sql);
      return sql.includes("pg_conf_load_time") ? [{ at: "later", isInForce: true }] : [];
    });
    const state = { primary: "b" as const, follower: null, lost };
    const { duty, steps } = dutyOf(changes, state, {
      postgres: { a: bareDatabase("a", { query }), b: bareDatabase("b") },
    });
    await rebuild(duty, lost);
    expect([steps(), lost.leftAlone]).toEqual([["returned", "fenced", "refused"], true]);
    expect(asked[0]).toMatch(/default_transaction_read_only = on/);
    expect(asked.join()).toMatch(/pg_terminate_backend/);
    expect(asked.join()).not.toMatch(/truncate|drop|create/);
  });
});

describe("people who take their time to decide", () => {
  /** A server that accepts writes from its `goodFrom`-th request on. */
  async function decided(decisionSeconds: number, goodFrom: number) {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.writeHead(requests >= goodFrom ? 200 : 500).end();
    });
    const address = await listen(server);
    const operator = { ...config.operator, decisionSeconds, probeIntervalMs: 1, failedProbes: 3 };
    const { duty, steps } = dutyOf({ operator }, {}, { links: bareLinks({ addressOf: () => address }) });
    const answer = await isDecided(duty);
    server.close();
    return { answer, steps: steps(), requests };
  }

  test("call the failover off after as many good probes in a row as had failed", async () => {
    expect(await decided(60, 5)).toEqual({ answer: false, steps: ["called-off"], requests: 7 });
  });

  test("decide on the failover when the service does not come back", async () => {
    expect(await decided(0.05, Number.POSITIVE_INFINITY)).toMatchObject({ answer: true, steps: ["decided"] });
  });

  test("are not asked by an operator that acts by itself", async () => {
    expect(await decided(0, 1)).toEqual({ answer: true, steps: [], requests: 0 });
  });
});

describe("completed plans", () => {
  async function carriedOut(
    plan: (duty: Duty) => Promise<unknown>,
    changes: Partial<Config> = {},
    state: Partial<Duty["state"]> = {},
    instead?: Instead,
  ) {
    const { system, asked, close } = await fakeSystem(() => 200, instead);
    const { duty, told, steps } = dutyOf(changes, state, system);
    let nowMs = 0;
    duty.reports.now = () => ++nowMs;
    await plan(duty);
    close();
    const detailOf = (step: string) =>
      told.flatMap((event) => (event.type === "operator" && event.step === step ? [event.detail] : []))[0];
    return { steps: steps(), state: duty.state, asked, detailOf };
  }

  test("a failover: B serves once routed to", async () => {
    const { steps, state } = await carriedOut(failOver);
    expect(steps).toEqual(["fenced", "promoted", "latched", "done"]);
    expect(state).toMatchObject({ primary: "b", follower: null, lost: { side: "a" } });
    expect(state.tookOverMs).toBeGreaterThan(0);
  });

  test("a switchover: B serves once routed to, and A follows it", async () => {
    const { steps, state } = await carriedOut((duty) => switchOver(duty, "b"));
    expect(steps).toEqual(["fenced", "caught-up", "promoted", "latched", "following", "done"]);
    expect(state).toMatchObject({ primary: "b", follower: "a", lost: null });
    expect(state.tookOverMs).toBeGreaterThan(0);
  });

  describe("a failover lets B catch up between fence and promotion", () => {
    const patient = { operator: { ...config.operator, catchUpSeconds: 5 } };
    const STEPS = ["fenced", "caught-up", "promoted", "latched", "done"];

    test("when A is fenced", async () => {
      let questions = 0;
      const lag: Instead = (side, sql) =>
        side === "a" && sql.includes("confirmed_flush_lsn") ? [{ bytes: ++questions < 3 ? 800 : 0 }] : null;
      const { steps, detailOf, asked } = await carriedOut(failOver, patient, {}, lag);
      expect(steps).toEqual(STEPS);
      expect(detailOf("caught-up")).toEqual({ waitedMs: expect.any(Number), bytesLeft: 0 });
      const placeOf = (words: string) => asked.findLastIndex((sql) => sql.includes(words));
      expect(placeOf("a: select greatest")).toBeGreaterThan(placeOf("a: select pid, pg_terminate_backend"));
      expect(placeOf("a: select greatest")).toBeLessThan(placeOf("b: alter subscription"));
    });

    test.each<[string, Partial<Config>, Partial<Duty["state"]>, Instead | undefined, RegExp]>([
      [
        "A cannot be reached",
        {},
        {},
        (side) => (side === "a" ? Promise.reject(new Error("gone")) : null),
        /not fenced/,
      ],
      ["no site is fenced", { fencing: false }, {}, undefined, /not fenced/],
      ["B was promoted in an attempt that broke off", {}, { follower: null }, undefined, /B no longer follows/],
    ])("and not when %s", async (_, changes, state, instead, why) => {
      const { steps, detailOf, asked } = await carriedOut(failOver, { ...patient, ...changes }, state, instead);
      expect(steps).toEqual(STEPS.slice(changes.fencing === false ? 1 : 0));
      expect(detailOf("caught-up")).toMatchObject({ waitedMs: 0, bytesLeft: null, why: expect.stringMatching(why) });
      expect(asked.join()).not.toMatch(/confirmed_flush_lsn/);
    });
  });
});

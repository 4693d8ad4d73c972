import { createServer } from "node:http";
import { expect, test } from "vitest";
import { fakeParts } from "../check/testing/fake-run.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import { logicalReplication } from "../replication/logical/logical.ts";
import { bareDatabase, bareLinks, bareServer, bareSystem, queryBy } from "../system/testing/bare-system.ts";
import { listen } from "../system/testing/loopback-server.ts";
import type { Reports } from "./duty.ts";
import { startOperator } from "./operator.ts";
import { fakeSystem } from "./testing/fake-system.ts";

const { config } = fakeParts().run;

/** No site comes back, so nothing is read or saved. */
function reportsTo(event: Reports["event"], probe: Reports["probe"] = () => {}): Reports {
  const never = () => {
    throw new Error("nobody came back");
  };
  return { event, probe, now: () => performance.now(), returned: never, stranded: never };
}

/** A system with a healthy primary. The operator may use nothing else of it. */
async function onDuty(work: (operator: ReturnType<typeof startOperator>, end: () => void) => Promise<void>) {
  const server = createServer((_, response) => response.writeHead(200).end());
  const address = await listen(server);
  const told: DrillEvent[] = [];
  const reports = reportsTo((event) => void told.push(event));
  const life = new AbortController();
  const system = bareSystem({ links: bareLinks({ addressOf: () => address }) });
  const settings = { ...config, fencing: false, operator: { ...config.operator, probeIntervalMs: 1 } };
  const operator = startOperator(system, settings, true, reports, life.signal);
  await work(operator, () => life.abort());
  life.abort();
  await operator.ended;
  server.close();
  return told.map((event) => event.type === "operator" && event.step);
}

test("initially B follows A, and a planned operation resolves with how its plan ended", async () => {
  const steps = await onDuty(async (operator) => {
    expect(operator.roles()).toEqual({ primary: "a", follower: "b" });
    const order = { kind: "switchover", to: "b", afterSeconds: 0 } as const;
    const endings = await Promise.all([operator.order(order), operator.order(order)]);
    expect(endings.map(({ state }) => state)).toEqual(["refused", "refused"]);
  });
  expect(steps).toEqual(["refused", "refused"]);
});

test("the operator is at rest before its first plan and after it", async () => {
  await onDuty(async (operator) => {
    await operator.atRest();
    await operator.order({ kind: "switchover", to: "b", afterSeconds: 0 });
    await operator.atRest();
  });
});

test("an operation still queued at the end fails, and nobody waits for it", async () => {
  await onDuty(async (operator, end) => {
    end();
    const { state } = await operator.order({ kind: "switchover", to: "b", afterSeconds: 0 });
    expect(state).toBe("failed");
  });
});

test("a primary that cannot write is left alone and reported once until its follower could serve, then fenced", async () => {
  const server = createServer((_, response) => response.writeHead(500).end());
  const address = await listen(server);
  const steps: unknown[] = [];
  const life = new AbortController();
  let looks = 0;
  const fenced = queryBy((sql) => (sql.includes("pg_conf_load_time") ? [{ isInForce: true }] : []));
  const connect = () => Promise.reject(new Error("fake"));
  const databases = {
    a: bareDatabase("a", { query: fenced }),
    b: bareDatabase("b", { query: queryBy(() => []), connect }),
  };
  const links = bareLinks({ addressOf: () => address });
  const system = bareSystem({
    links,
    postgres: databases,
    replication: logicalReplication({ databases, links, password: "none", config }),
    hapi: { a: bareServer("a"), b: bareServer("b", { isReady: async () => ++looks > 3 }) },
  });
  const event = (told: DrillEvent) => {
    if (told.type === "operator") steps.push(told.step);
    if (steps.includes("failed")) life.abort();
  };
  const settings = { ...config, operator: { ...config.operator, probeIntervalMs: 1, failedProbes: 2 } };
  const reports = reportsTo(event);
  await startOperator(system, settings, true, reports, life.signal).ended;
  server.close();
  expect(steps).toEqual(["detected", "refused", "detected", "fenced", "failed"]);
});

/**
 * A cannot write, so B takes over, and from then on never answers. Returns the steps until B was given up or the test
 * stopped waiting.
 */
async function afterTakeover(graceSeconds: number): Promise<unknown[]> {
  const { system, close } = await fakeSystem((side) => (side === "a" ? 500 : "silent"));
  const steps: unknown[] = [];
  const life = new AbortController();
  let late = 0;
  const event = (told: DrillEvent) => {
    if (told.type !== "operator" || life.signal.aborted) return;
    steps.push(`${told.step} ${told.side}`);
    if (steps.includes("detected b")) life.abort();
  };
  const probe = (told: ProbeLine) => {
    if (told.type === "health" && told.side === "b") late += 1;
    if (late === 10) life.abort();
  };
  const quick = { probeIntervalMs: 1, probeTimeoutMs: 20, failedProbes: 2, graceSeconds };
  const settings = { ...config, operator: { ...config.operator, ...quick } };
  const reports = reportsTo(event, probe);
  await startOperator(system, settings, true, reports, life.signal).ended;
  close();
  return steps;
}

test("a slow site that has taken over is kept during the grace period, and given up without one", async () => {
  const takeover = ["detected a", "fenced a", "promoted b", "latched b", "done b"];
  expect(await afterTakeover(3600)).toEqual(takeover);
  expect(await afterTakeover(0)).toEqual([...takeover, "detected b"]);
});

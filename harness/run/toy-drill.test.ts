/** Schedule, faults and operator together, on a system without containers: a drill's course in a moment. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { armFault } from "../faults/index.ts";
import type { Config } from "../model/plan/config.ts";
import { jitterMs, ScenarioSchema } from "../model/plan/scenario.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { takeoversIn } from "../model/record/primary.ts";
import type { PrimaryProbe, ProbeLine } from "../model/record/probe.ts";
import { startObserver } from "../operator/observer.ts";
import { startOperator } from "../operator/operator.ts";
import { startPrimaryProbe } from "../probes/primary.ts";
import { sendWrite } from "../system/send-write.ts";
import { toySystem } from "../system/testing/toy-system.ts";
import { FaultCourse } from "./fault-course.ts";
import { PlannedOperations } from "./planned.ts";
import { keepSchedule } from "./schedule.ts";

const ASYNC = CONFIGS.find(({ name }) => name === "async") as Config;
const QUICK: Config = {
  ...ASYNC,
  operator: { ...ASYNC.operator, probeIntervalMs: 5, probeTimeoutMs: 500, failedProbes: 2, graceSeconds: 0 },
};
const SEED = Array.from({ length: 5000 }, (_, seed) => seed).find((seed) => jitterMs(seed) < 2) as number;
const load = { ...regionLoss.load, warmUpSeconds: 0.01, baselineSeconds: 0.05, afterSeconds: 0.3 };

/** Writes throughout the scenario, and after it for as long as the load goes on. `lockMs`: the system fails over by itself. */
async function drilled(parts: Pick<typeof regionLoss, "faults" | "orders">, by: { lockMs?: number } = {}) {
  const scenario = ScenarioSchema.parse({ ...regionLoss, ...parts, load, disaster: null });
  const { system, writesOn, close } = await toySystem(by);
  const events: DrillEvent[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  const now = () => performance.now();
  const event = (each: object) => void events.push({ atMs: now(), ...each } as DrillEvent);
  const saved: object[] = [];
  const samples: PrimaryProbe[] = [];
  const reports = {
    ...{ event, now, returned: async () => {} },
    probe: (probe: ProbeLine) => void (probe.type === "primary" && samples.push(probe)),
    stranded: (bundle: object) => void saved.push(bundle),
  };
  const { failover } = system;
  const observer = failover && startObserver(failover, { reports, signal });
  const stopProbe = failover && observer && startPrimaryProbe(failover.ask, now, observer.see, 2);
  const operator = observer ?? startOperator(system, QUICK, true, reports, signal);
  const armed = scenario.faults.map((spec) => armFault(system, spec));
  const faults = new FaultCourse(armed, { tell: event, now, signal, healsWithinMs: 1000 });
  const orders = new PlannedOperations({ operator, tell: event, countSeeded: async () => null });

  const acknowledged: string[] = [];
  const writing = (async () => {
    for (let n = 0; !signal.aborted; n += 1) {
      const write = { id: `w-${n}`, method: "PUT", path: `Patient/w-${n}`, body: {} } as const;
      const answer = await sendWrite(system.edge.ask, write, 500);
      if (answer.acknowledged) acknowledged.push(write.id);
      await sleep(1);
    }
  })();
  await keepSchedule(scenario, SEED, {
    ...{ firstMs: now(), now, wait: (ms) => sleep(ms) },
    enter: (phase) => event({ type: "phase", phase }),
    act: (acts) => {
      for (const act of acts) if (act.does === "order") void orders.give(act);
      return faults.act(acts.filter((act) => act.does !== "order"));
    },
  });
  await sleep(load.afterSeconds * 1000);
  await Promise.all([faults.endOfLoad(), orders.done(), operator.atRest()]);
  await faults.healed();
  stop.abort();
  await Promise.all([writing, faults.end(), operator.ended, stopProbe?.()]);
  close();
  return { events, samples, acknowledged, saved, writesOn, roles: operator.roles() };
}

function told(events: DrillEvent[]): string[] {
  return events.flatMap((each) => {
    if (each.type === "fault") return [`${each.kind} ${each.state}`];
    if (each.type === "operator") return [`${each.plan}: ${each.step} ${each.side}`];
    return each.type === "order" ? [`${each.kind} ${each.state}`] : [];
  });
}

test("a region is lost behind a cut link: what only it had acknowledged is lost, and nothing else", async () => {
  const { events, acknowledged, writesOn, roles } = await drilled({
    faults: [
      { kind: "link-cut", link: "replication", afterSeconds: 0 },
      { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0.2 },
    ],
    orders: [],
  });
  const happened = told(events);
  expect(happened).toEqual(
    expect.arrayContaining(["link-cut evidenced", "region-loss evidenced", "failover: done b", "region-loss lasted"]),
  );
  expect(happened.indexOf("failover: promoted b")).toBeGreaterThan(happened.indexOf("failover: detected a"));
  expect(roles).toEqual({ primary: "b", follower: null });
  const onB = new Set(writesOn("b"));
  const lost = acknowledged.filter((write) => !onB.has(write));
  const onlyOnA = writesOn("a").filter((write) => !onB.has(write));
  expect(lost.length).toBeGreaterThan(0);
  expect(lost).toEqual(onlyOnA);
  // And B went on.
  expect(acknowledged.at(-1)).toBe(writesOn("b").at(-1));
});

test("a region that comes back is rebuilt, and what only it held is saved", async () => {
  const { events, saved, writesOn, roles } = await drilled({
    faults: [
      { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 1.3 },
      { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0.1, healAfterSeconds: 0.3 },
    ],
    orders: [],
  });
  expect(told(events)).toEqual(expect.arrayContaining(["region-loss healed", "rebuild: saved a", "rebuild: done a"]));
  expect(saved).toHaveLength(1);
  expect(roles).toEqual({ primary: "b", follower: "a" });
  expect(writesOn("a")).toEqual(writesOn("b"));
});

test("sides are changed by plan without a loss", async () => {
  const { events, acknowledged, writesOn, roles } = await drilled({
    faults: [],
    orders: [{ kind: "switchover", to: "b", afterSeconds: 0.05 }],
  });
  expect(told(events)).toEqual([
    "switchover given",
    ...["fenced a", "caught-up b", "promoted b", "latched b", "following a", "done b"].map(
      (step) => `switchover: ${step}`,
    ),
    "switchover done",
  ]);
  expect(roles).toEqual({ primary: "b", follower: "a" });
  expect(writesOn("a")).toEqual(writesOn("b"));
  expect(acknowledged.filter((write) => !writesOn("b").includes(write))).toEqual([]);
});

test("a system fails over by itself: its observer reports the takeover, and a planned switchover back", async () => {
  const { events, samples, acknowledged, writesOn, roles } = await drilled(
    {
      faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0.02, healAfterSeconds: 0.3 }],
      orders: [{ kind: "switchover", to: "a", afterSeconds: 0.6 }],
    },
    { lockMs: 30 },
  );
  expect(told(events).filter((each) => !each.startsWith("region-loss"))).toEqual([
    ...["failover: detected a", "failover: promoted b", "failover: done b"],
    "switchover given",
    ...["switchover: promoted a", "switchover: following b", "switchover: done a"],
    "switchover done",
  ]);
  expect(takeoversIn(samples).map(({ from, to, timeline }) => [from, to, timeline])).toEqual([
    ["a", "b", 2],
    ["b", "a", 3],
  ]);
  expect(samples.at(-1)?.history?.map(({ timeline, side }) => [timeline, side])).toEqual([
    [1, "b"],
    [2, "a"],
  ]);
  expect(roles).toEqual({ primary: "a", follower: "b" });
  expect(writesOn("b")).toEqual(writesOn("a"));
  // Each was copied when it was acknowledged, so nothing is lost.
  expect(acknowledged.filter((write) => !writesOn("a").includes(write))).toEqual([]);
});

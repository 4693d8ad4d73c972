/** The drill proper: load and probes on, faults and orders at their times, the operator at work, until the load has ended. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareFault } from "../faults/index.ts";
import { LEDGER_FILE, startLoad } from "../load/k6.ts";
import { seedResources } from "../load/seed.ts";
import { readSummary, SUMMARY_FILE } from "../load/summary.ts";
import { LineTail } from "../load/tail.ts";
import { type ClockSample, mapClock } from "../model/clock.ts";
import type { OrderEvent } from "../model/event.ts";
import type { Order } from "../model/order.ts";
import { actsOf, jitterMs, loadTimes, type Phase } from "../model/scenario.ts";
import type { View } from "../model/view.ts";
import type { Roles } from "../operator/duty.ts";
import { keepWarm } from "../operator/keep-warm.ts";
import { type Operator, startOperator } from "../operator/operator.ts";
import { auditDatabase } from "../probes/audit.ts";
import { startAvailabilityProbe } from "../probes/availability.ts";
import { startMachineProbe } from "../probes/machine.ts";
import { startLagProbe } from "../probes/replication-lag.ts";
import { startResourceProbe } from "../probes/resources.ts";
import { countSeeded } from "../probes/seeded.ts";
import type { Postgres } from "../topology/postgres.ts";
import type { Topology } from "../topology/topology.ts";
import { until } from "../topology/waiting.ts";
import { loadEndedEarly, whenAborted, whenEngineIsLost, whenOverdue } from "./endings.ts";
import { FaultCourse } from "./fault-course.ts";
import { getSteady } from "./get-steady.ts";
import type { Recorder } from "./recorder.ts";
import { LoadWatch } from "./watch.ts";

const LOOK_EVERY_MS = 200;
const CLOCK_EVERY_MS = 1000;
/** For k6 to start, and for its last writes to be answered. */
const LOAD_GRACE_MS = 120_000;
/** A machine takes long to boot, and a server that the operator took down is back only when its plan is done. */
const HEALS_WITHIN_MS = 180_000;
/** For what the operator is still at when the load has ended. */
const PLAN_GRACE_MS = 60_000;

export async function exercise(
  topology: Topology,
  recorder: Recorder,
  order: { k6Image: string; view: View; signal: AbortSignal },
): Promise<void> {
  const { run, now, folder } = recorder;
  const { scenario, config, seed } = run;
  const times = loadTimes(scenario);
  const stop = new AbortController();
  const signal = AbortSignal.any([order.signal, stop.signal]);
  const background: Promise<unknown>[] = [];
  const stopProbes: (() => Promise<void>)[] = [];
  const orders: Promise<void>[] = [];
  const faults = new FaultCourse({
    prepare: (spec) => prepareFault(topology, spec),
    tell: recorder.event,
    ...{ now, signal, healsWithinMs: HEALS_WITHIN_MS },
  });
  let phase = "";
  const enter = (name: Phase) => {
    phase = name;
    recorder.event({ type: "phase", phase: name });
  };

  try {
    if (scenario.start.resources > 0) {
      enter("seed");
      await seedResources(topology.hapi.a, seed, 0, scenario.start.resources, signal);
    }
    enter("warm-up");
    let roles = (): Roles => ({ primary: "a", follower: scenario.start.replicated ? "b" : null });
    background.push(keepWarm(topology, config, () => roles(), signal));
    const asked = { image: order.k6Image, scenario, retry: config.clientRetry, seed, folder: folder.path };
    const load = await startLoad(topology, asked);
    const loadFailed = load.ended.then(async (code): Promise<never> => {
      if (phase !== "after") throw await loadEndedEarly(topology.engine, load.container, code);
      return new Promise(() => {});
    });
    const early = [whenAborted(order.signal), whenEngineIsLost(topology.engine, stop.signal), loadFailed];
    const steady = getSteady(topology, recorder, { view: order.view, signal });
    recorder.update({ warmUp: await Promise.race([steady, ...early]) });
    const watch = new LoadWatch(new LineTail(join(folder.path, LEDGER_FILE)));
    const samples: ClockSample[] = [];
    const takeSample = async () => void samples.push(await topology.proxy.readClock(now));
    background.push(
      every(LOOK_EVERY_MS, signal, async () => order.view.live(await watch.look(now(), phase))),
      every(CLOCK_EVERY_MS, signal, takeSample),
    );
    const { event, probe, stranded } = recorder;
    const reports = {
      event,
      probe,
      now,
      stranded,
      returned: (postgres: Postgres) => recordReturned(postgres, recorder),
    };
    const operator = startOperator(topology, config, scenario.start.replicated, reports, signal);
    roles = operator.roles;
    background.push(operator.ended);
    stopProbes.push(startLagProbe(topology, operator.roles, now, recorder.probe));
    stopProbes.push(startResourceProbe(topology, now, recorder.probe));
    stopProbes.push(startMachineProbe(topology, now, recorder.probe));
    stopProbes.push(startAvailabilityProbe({ port: topology.links.portOf("edge"), now, report: recorder.probe }));
    await Promise.race([keepSchedule(watch, operator), ...early]);
    const overdue = whenOverdue(times.end * 1000 + LOAD_GRACE_MS, stop.signal);
    const exitCode = await Promise.race([load.ended, overdue, ...early]);
    await Promise.race([faults.endOfLoad(), ...early]);
    const plans = Promise.all([...orders, operator.atRest()]);
    await Promise.race([plans, sleep(PLAN_GRACE_MS, undefined, { signal }), ...early]);
    enter("quiesce");
    await Promise.race([faults.healed(), ...early]);
    recorder.update({ clock: mapClock(samples), k6: readSummary(folder.readText(SUMMARY_FILE), exitCode) });
  } finally {
    stop.abort();
    const left = [...background, ...orders, faults.ended()];
    await Promise.allSettled([...left, ...stopProbes.map((stopProbe) => stopProbe())]);
  }

  async function keepSchedule(watch: LoadWatch, operator: Operator): Promise<void> {
    const waiting = { what: "the first write", deadlineMs: 60_000, everyMs: 20, signal };
    const firstMs = await until(waiting, async () => watch.firstSeenMs);
    // What it takes to look at a fault is started by the first look, so that the injection is an instant.
    await Promise.all(scenario.faults.map((fault) => prepareFault(topology, fault).evidence()));
    const at = (seconds: number) => sleep(Math.max(0, firstMs + seconds * 1000 - now()), undefined, { signal });
    await at(times.baseline);
    enter("baseline");
    const jitterSeconds = jitterMs(seed) / 1000;
    for (const [afterSeconds, acts] of Map.groupBy(actsOf(scenario), (act) => act.afterSeconds)) {
      await at(times.faults + afterSeconds + jitterSeconds);
      phase = "fault";
      // What takes long is not waited for: the schedule goes on.
      for (const act of acts) if (act.does === "order") orders.push(give(act.order, act.index, operator));
      await faults.act(acts.filter((act) => act.does !== "order"));
    }
    enter("after");
  }

  async function give(order: Order, index: number, operator: Operator): Promise<void> {
    const tell = (state: OrderEvent["state"], detail: OrderEvent["detail"]) =>
      recorder.event({ type: "order", order: index, kind: order.kind, state, detail });
    tell("given", { ...order });
    const { state, detail } = await operator.order(order);
    const counts = state === "done" && order.kind === "start-replication";
    tell(state, counts ? { ...detail, seeded: await countSeeded(topology.postgres.b, seed) } : detail);
  }
}

/** What a side holds that came back, by its own database and not by the operator's word. */
async function recordReturned(postgres: Postgres, { run, returned }: Recorder): Promise<void> {
  await auditDatabase(postgres, run.seed, (lines) => {
    returned(lines);
    for (const line of lines) if (line.type === "unreadable") throw new Error(line.why);
  });
}

/** Repeats `work` until `signal`; a round that fails is left out, the next one comes. */
async function every(periodMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work().catch(() => {});
    await sleep(periodMs, undefined, { signal }).catch(() => {});
  }
}

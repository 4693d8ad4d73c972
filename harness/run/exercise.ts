/** The drill proper: load and probes on, faults at their times, the operator at work, until the load has ended. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareFault } from "../faults/index.ts";
import { LEDGER_FILE, startLoad } from "../load/k6.ts";
import { seedResources } from "../load/seed.ts";
import { readSummary, SUMMARY_FILE } from "../load/summary.ts";
import { LineTail } from "../load/tail.ts";
import { type ClockSample, mapClock } from "../model/clock.ts";
import type { OrderEvent } from "../model/event.ts";
import { reasonOf } from "../model/failure.ts";
import type { Order } from "../model/order.ts";
import { actsOf, loadTimes } from "../model/scenario.ts";
import type { View } from "../model/view.ts";
import { chance } from "../model/write.ts";
import { operate } from "../operator/operator.ts";
import { serveAcross } from "../operator/serve-across.ts";
import { startReplication } from "../operator/start-replication.ts";
import { startAvailabilityProbe } from "../probes/availability.ts";
import { startLagProbe } from "../probes/replication-lag.ts";
import { startResourceProbe } from "../probes/resources.ts";
import { countSeeded } from "../probes/seeded.ts";
import type { Topology } from "../topology/topology.ts";
import { until } from "../topology/waiting.ts";
import { perform } from "./act.ts";
import { loadEndedEarly, whenAborted, whenEngineIsLost, whenOverdue } from "./endings.ts";
import type { Recorder } from "./recorder.ts";
import { LoadWatch } from "./watch.ts";

const LOOK_EVERY_MS = 200;
const CLOCK_EVERY_MS = 1000;
/** So that a fault never locks on to somebody's timer. */
const JITTER_MS = 1000;
/** For k6 to start, and for its last writes to be answered. */
const LOAD_GRACE_MS = 120_000;

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
  const healings: Promise<void>[] = [];
  let phase = "";
  const enter = (name: string) => {
    phase = name;
    recorder.event({ type: "phase", phase: name });
  };

  try {
    if (scenario.start.resources > 0) {
      enter("seed");
      await seedResources(topology.hapi.a, seed, 0, scenario.start.resources, signal);
    }
    const asked = { image: order.k6Image, scenario, retry: config.clientRetry, seed, folder: folder.path };
    const load = await startLoad(topology, asked);
    const watch = new LoadWatch(new LineTail(join(folder.path, LEDGER_FILE)));
    const samples: ClockSample[] = [];
    const takeSample = async () => void samples.push(await topology.proxy.readClock(now));
    background.push(
      every(LOOK_EVERY_MS, signal, async () => order.view.live(await watch.look(now(), phase))),
      every(CLOCK_EVERY_MS, signal, takeSample),
      operate(topology, config.operator, recorder, signal),
    );
    stopProbes.push(await startLagProbe(topology, now, recorder.probe));
    stopProbes.push(startResourceProbe(topology, now, recorder.probe));
    stopProbes.push(startAvailabilityProbe({ port: topology.links.portOf("edge"), now, report: recorder.probe }));
    const early = [whenAborted(order.signal), whenEngineIsLost(topology.engine, stop.signal)];
    const loadFailed = load.ended.then((code) => {
      if (phase !== "after") throw loadEndedEarly(code);
    });
    await Promise.race([keepSchedule(watch), loadFailed, ...early]);
    const overdue = whenOverdue(times.end * 1000 + LOAD_GRACE_MS, stop.signal);
    const exitCode = await Promise.race([load.ended, overdue, ...early]);
    await Promise.race([Promise.all(orders), overdue, ...early]);
    enter("quiesce");
    await Promise.race([Promise.all(healings), ...early]);
    recorder.update({ clock: mapClock(samples), k6: readSummary(folder.readText(SUMMARY_FILE), exitCode) });
  } finally {
    stop.abort();
    const left = [...background, ...orders, ...healings];
    await Promise.allSettled([...left, ...stopProbes.map((stopProbe) => stopProbe())]);
  }

  async function keepSchedule(watch: LoadWatch): Promise<void> {
    enter("warm-up");
    const waiting = { what: "the first write", deadlineMs: 60_000, everyMs: 20, signal };
    const firstMs = await until(waiting, async () => watch.firstSeenMs);
    // What it takes to look at a fault is started by the first look, so that the injection is an instant.
    await Promise.all(scenario.faults.map((fault) => prepareFault(topology, fault).evidence()));
    const at = (seconds: number) => sleep(Math.max(0, firstMs + seconds * 1000 - now()), undefined, { signal });
    await at(times.baseline);
    enter("baseline");
    const jitterSeconds = (chance(seed, -2) * JITTER_MS) / 1000;
    for (const act of actsOf(scenario)) {
      await at(times.faults + act.afterSeconds + jitterSeconds);
      phase = "fault";
      if (act.does === "order") {
        // Not waited for: what comes next comes at its time, also in the middle of it.
        orders.push(obey(act.order, act.index));
        continue;
      }
      const { does, fault, index } = act;
      const ready = prepareFault(topology, fault);
      const performed = perform(does, ready, {
        tell: (state, detail) => recorder.event({ type: "fault", fault: index, kind: fault.kind, state, detail }),
        now,
        signal,
      });
      if (does === "inject" || ready.healShowsWithinMs === undefined) await performed;
      else {
        // A machine takes long to boot, and the schedule does not wait for it: how it ended is asked after the load.
        performed.catch(() => {});
        healings.push(performed);
      }
    }
    enter("after");
  }

  async function obey(order: Order, index: number): Promise<void> {
    const tell = (state: OrderEvent["state"], detail: OrderEvent["detail"] = {}) =>
      recorder.event({ type: "order", order: index, kind: order.kind, state, detail });
    tell("given");
    try {
      if (order.kind === "start-replication") {
        await startReplication(topology, config.replication, recorder, signal);
        return tell("done", { seeded: await countSeeded(topology.postgres.b, seed) });
      }
      if (order.kind === "serve-across") await serveAcross(topology, order, recorder, signal);
      else throw new Error("nobody takes such an order yet");
      tell("done");
    } catch (error) {
      if (!signal.aborted) tell("failed", { why: reasonOf(error) });
    }
  }
}

/** Repeats `work` until `signal`; a round that fails is left out, the next one comes. */
async function every(periodMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work().catch(() => {});
    await sleep(periodMs, undefined, { signal }).catch(() => {});
  }
}

/** The drill proper: load and probes on, faults at their times, the operator at work, until the load has ended. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareFault } from "../faults/index.ts";
import { LEDGER_FILE, SUMMARY_FILE, startLoad } from "../load/k6.ts";
import { LineTail } from "../load/tail.ts";
import { type ClockSample, mapClock } from "../model/clock.ts";
import { DrillFailure } from "../model/failure.ts";
import { type FaultSpec, loadTimes } from "../model/scenario.ts";
import { chance } from "../model/write.ts";
import { operate } from "../operator/operator.ts";
import { startAvailabilityProbe } from "../probes/availability.ts";
import { startLagProbe } from "../probes/replication-lag.ts";
import { type Engine, engineGone } from "../topology/engine.ts";
import type { Topology } from "../topology/topology.ts";
import { until } from "../topology/waiting.ts";
import type { Recorder } from "./recorder.ts";
import type { View } from "./view.ts";
import { LoadWatch } from "./watch.ts";

const LOOK_EVERY_MS = 200;
const CLOCK_EVERY_MS = 1000;
const EVIDENCE_WAIT_MS = 3000;
const ENGINE_PING_EVERY_MS = 1000;
const ENGINE_PINGS = 3;
/** So that a fault never locks on to somebody's timer. */
const JITTER_MS = 1000;

export async function exercise(
  topology: Topology,
  recorder: Recorder,
  order: { k6Image: string; view: View; signal: AbortSignal },
): Promise<void> {
  const { run, now, folder } = recorder;
  const { scenario, config, seed } = run;
  const stop = new AbortController();
  const signal = AbortSignal.any([order.signal, stop.signal]);
  let phase = "warm-up";
  const enter = (name: string) => {
    phase = name;
    recorder.event({ type: "phase", phase: name });
  };

  const load = await startLoad(topology, { image: order.k6Image, scenario, seed, folder: folder.path });
  const watch = new LoadWatch(new LineTail(join(folder.path, LEDGER_FILE)));
  const looking = every(LOOK_EVERY_MS, signal, async () => order.view.live(await watch.look(now(), phase)));
  const samples: ClockSample[] = [];
  const clockReading = every(CLOCK_EVERY_MS, signal, async () => {
    samples.push(await topology.proxy.readClock(now));
  });
  const stopLag = await startLagProbe(topology, now, recorder.probe);
  const stopAvailability = startAvailabilityProbe({ port: topology.links.portOf("edge"), now, report: recorder.probe });
  const operating = operate(topology, config.operator, recorder, signal);
  try {
    const earlyEnd = load.ended.then((code) => {
      if (!stop.signal.aborted && phase !== "after") throw loadFailed(code);
    });
    const engineLost = whenEngineIsLost(topology.engine, stop.signal);
    await Promise.race([earlyEnd, keepSchedule(), aborted(order.signal), engineLost]);
    const deadline = loadTimes(scenario).end * 1000 + 120_000;
    const exitCode = await Promise.race([load.ended, aborted(order.signal), engineLost, timeUp(deadline, stop.signal)]);
    enter("quiesce");
    const summary = JSON.parse(folder.readText(SUMMARY_FILE) ?? "null");
    recorder.update({ clock: mapClock(samples), k6: readSummary(summary, exitCode) });
  } finally {
    stop.abort();
    await Promise.allSettled([looking, clockReading, operating, stopLag(), stopAvailability()]);
  }

  async function keepSchedule(): Promise<void> {
    enter("warm-up");
    const firstMs = await until(
      { what: "the first write", deadlineMs: 60_000, everyMs: 20, signal },
      async () => watch.firstSeenMs,
    );
    const times = loadTimes(scenario);
    const at = (seconds: number) => sleep(Math.max(0, firstMs + seconds * 1000 - now()), undefined, { signal });
    await at(times.baseline);
    enter("baseline");
    const jitterSeconds = (chance(seed, -2) * JITTER_MS) / 1000;
    for (const { fault, index } of inOrder(scenario.faults)) {
      await at(times.faults + fault.afterSeconds + jitterSeconds);
      phase = "fault";
      await injectFault(fault, index);
    }
    enter("after");
  }

  async function injectFault(spec: FaultSpec, index: number): Promise<void> {
    const fault = prepareFault(topology, spec);
    const tell = (
      state: "injecting" | "injected" | "evidenced" | "not-evidenced",
      detail: Record<string, unknown> = {},
    ) => recorder.event({ type: "fault", fault: index, kind: spec.kind, state, detail });
    tell("injecting", { ...spec });
    await fault.inject();
    tell("injected");
    let seen = await fault.evidence();
    const endMs = now() + EVIDENCE_WAIT_MS;
    while (!seen.bit && now() < endMs) {
      await sleep(100, undefined, { signal });
      seen = await fault.evidence();
    }
    tell(seen.bit ? "evidenced" : "not-evidenced", seen.detail);
  }
}

function inOrder(faults: readonly FaultSpec[]): { fault: FaultSpec; index: number }[] {
  return faults
    .map((fault, index) => ({ fault, index }))
    .toSorted((x, y) => x.fault.afterSeconds - y.fault.afterSeconds);
}

/** Repeats `work` until `signal`; a round that fails is left out, the next one comes. */
async function every(periodMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work().catch(() => {});
    await sleep(periodMs, undefined, { signal }).catch(() => {});
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** An engine that is killed tells nobody: the calls that wait for a container just go on waiting. */
async function whenEngineIsLost(engine: Engine, signal: AbortSignal): Promise<never> {
  for (let silent = 0; silent < ENGINE_PINGS; ) {
    await sleep(ENGINE_PING_EVERY_MS, undefined, { signal });
    silent = await engine.container.dockerode.ping().then(
      () => 0,
      () => silent + 1,
    );
  }
  throw engineGone(new Error("it does not answer any more"));
}

async function timeUp(ms: number, signal: AbortSignal): Promise<never> {
  await sleep(ms, undefined, { signal });
  throw new DrillFailure({
    what: "the load did not end",
    why: `k6 was still running ${ms / 1000} s after it was due`,
    todo: "see logs/k6.log in the run folder",
  });
}

function loadFailed(code: number): DrillFailure {
  return new DrillFailure({
    what: "the load ended before its time",
    why: `k6 left with code ${code}`,
    todo: "see logs/k6.log in the run folder",
  });
}

interface K6Summary {
  metrics?: Record<string, { values?: { count?: number } }>;
}

/** `null` when k6 left no summary, which is not the same as one with nothing dropped. */
function readSummary(summary: K6Summary | null, exitCode: number) {
  const iterations = summary?.metrics?.iterations?.values?.count;
  if (iterations === undefined) return null;
  return { iterations, droppedIterations: summary?.metrics?.dropped_iterations?.values?.count ?? 0, exitCode };
}

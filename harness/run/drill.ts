/**
 * One drill, from nothing to a verdict. The record is judged from disk, exactly as `check` will judge it later; whatever
 * happens on the way, what was recorded is kept and what was started is removed.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { gatherFacts } from "../check/facts.ts";
import { judge } from "../check/judge.ts";
import { prepareFault } from "../faults/index.ts";
import { readRecord } from "../history/read-record.ts";
import { startClock } from "../model/clock.ts";
import type { Config } from "../model/config.ts";
import { Interrupted, reasonOf } from "../model/failure.ts";
import type { Run } from "../model/run.ts";
import type { Scenario } from "../model/scenario.ts";
import type { ImageMode, NamedImages, Prices } from "../model/settings.ts";
import type { Side } from "../model/side.ts";
import type { Verdict } from "../model/verdict.ts";
import type { View } from "../model/view.ts";
import { indexRun, newRunFolder } from "../store/results.ts";
import type { RunFolder } from "../store/run-folder.ts";
import { engineGone, findEngine } from "../topology/engine.ts";
import { startTopology, type Topology } from "../topology/topology.ts";
import { audit } from "./aftermath.ts";
import { exercise } from "./exercise.ts";
import { saveLogs } from "./logs.ts";
import { newRun } from "./new-run.ts";
import { Recorder } from "./recorder.ts";
import { imageNames, prepareGround } from "./set-up.ts";

const ENGINE_LOOKS = 10;
const ENGINE_LOOK_EVERY_MS = 500;

export interface DrillOrder {
  scenario: Scenario;
  config: Config;
  seed: number;
  images: ImageMode;
  /** In place of the pinned ones. */
  named: NamedImages;
  prices: Prices | null;
  command: string;
  view: View;
  /** Aborted with the reason why: Ctrl-C, or a record that can no longer be written. */
  abort: AbortController;
  /** Called when all is recorded, while the topology still stands. */
  whileItStands?: (topology: Topology, recorder: Recorder) => Promise<void>;
}

export interface DrillResult {
  verdict: Verdict;
  run: Run;
  folder: RunFolder;
}

export async function drill(order: DrillOrder): Promise<DrillResult> {
  const { scenario, config, view, abort } = order;
  const ground = await prepareGround(order.images, view, abort.signal, order.named);
  abort.signal.throwIfAborted();
  const run = await newRun(ground, order);
  const { id } = run;
  const folder = newRunFolder(scenario.name, config.name, id);
  const recorder = new Recorder({ folder, now: startClock(), run, view, abort: (reason) => abort.abort(reason) });
  let topology: Topology | null = null;
  try {
    topology = await startTopology(ground.engine, {
      run: id.toLowerCase(),
      images: imageNames(ground.images),
      golden: ground.golden,
      config,
      smallDisks: sidesWith("disk-full", scenario),
      ownClocks: sidesWith("clock-skew", scenario),
      replicated: scenario.start.replicated,
      onStep: (name, done) => {
        view.step(name, done);
        if (done) recorder.update({ setup: [...recorder.run.setup, done] });
      },
      signal: abort.signal,
      beforeRemoval: () => saveLogs(ground.engine, id.toLowerCase(), folder),
    });
    await exercise(topology, recorder, { k6Image: ground.images.k6.name, view, signal: abort.signal });
    const { serving } = gatherFacts(readRecord(folder.readFiles()));
    recorder.update({ servingSide: serving });
    await audit(topology, recorder, serving);
    recorder.update({ state: "complete" });
    await order.whileItStands?.(topology, recorder);
  } catch (thrown) {
    const error = await told(abort.signal.aborted ? abort.signal.reason : thrown);
    const state = error instanceof Interrupted ? "interrupted" : "failed";
    quietly(() => recorder.event({ type: "note", text: `${state}: ${reasonOf(error)}` }));
    quietly(() => recorder.update({ state, reason: reasonOf(error) }));
    quietly(() => finish(folder));
    throw error;
  } finally {
    if (topology) await takeDown(topology, recorder);
    // A record without a seal is not believed, so whoever cannot make one need not say so as well.
    quietly(() => folder.seal());
  }
  return finish(folder);
}

/** The sides that need something of their own for a fault of that kind. */
function sidesWith(kind: "disk-full" | "clock-skew", { faults }: Scenario): Side[] {
  return faults.flatMap((fault) => (fault.kind === kind ? [fault.side] : []));
}

/**
 * An engine that dies shows itself as any kind of error, the first of them while it still answers: it stops our
 * containers before itself. Then it is the cause, and the rest only follows.
 */
async function told(error: unknown): Promise<unknown> {
  if (error instanceof Interrupted) return error;
  for (let look = 0; look < ENGINE_LOOKS; look += 1) {
    if ((await findEngine()) === null) return engineGone(error);
    await sleep(ENGINE_LOOK_EVERY_MS);
  }
  return error;
}

function finish(folder: RunFolder): DrillResult {
  const record = readRecord(folder.readFiles());
  const verdict = judge(record);
  folder.writeVerdict(verdict);
  indexRun(verdict, record.run.startedAt, folder);
  return { verdict, run: record.run, folder };
}

/** Heals first: a link that stays cut would hang whoever is to say good-bye through it. Never throws. */
async function takeDown(topology: Topology, recorder: Recorder): Promise<void> {
  const note = (what: string) => (error: unknown) =>
    quietly(() => recorder.event({ type: "note", text: `${what}: ${reasonOf(error)}` }));
  for (const fault of recorder.run.scenario.faults) {
    await prepareFault(topology, fault)
      .heal()
      .catch(note(`${fault.kind} could not be healed`));
  }
  await saveLogs(topology.engine, topology.run, recorder.folder).catch(note("not all logs could be saved"));
  await topology.remove().catch(note("not all could be removed"));
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The error that brought us here is the one to tell.
  }
}

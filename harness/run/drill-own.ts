/**
 * One drill of somebody's own system: inspected, compared with what was agreed to, then drilled like any other.
 * Whatever happens, what was broken is healed, what was recorded is kept, and no secret remains in it.
 */
import { proveDialect } from "../load/dialect.ts";
import { mixFor } from "../model/plan/dialect.ts";
import { type Agreed, planHash } from "../model/plan/own-plan.ts";
import type { OwnSystem } from "../model/plan/own-system.ts";
import { COMMAND } from "../model/program/built.ts";
import { DrillFailure, usageFailure } from "../model/program/failure.ts";
import { startClock } from "../model/record/clock.ts";
import { freeBytes } from "../store/free-space.ts";
import { newRunFolder, RESULTS, requireWritable } from "../store/results.ts";
import type { System } from "../system/system.ts";
import { attach, databasesOf } from "../systems/attached/attach.ts";
import { edgeOf } from "../systems/attached/edge.ts";
import { Journal } from "../systems/attached/journal.ts";
import { foreignPatientsIn, lookAt } from "../systems/attached/look.ts";
import { redactFolder } from "../systems/attached/redact.ts";
import { Secrets } from "../systems/attached/secret.ts";
import { runStep, whyFailed } from "../systems/attached/step.ts";
import type { DrillOptions } from "./drill.ts";
import { drillOn } from "./drill-on.ts";
import { orRecordWhy, quietly } from "./failed.ts";
import { type DrillResult, finish } from "./finish.ts";
import { whenUnsafe } from "./guard.ts";
import { newRun } from "./new-run.ts";
import { prepareOwn, reachOf } from "./own-prerequisites.ts";
import { Recorder } from "./recorder.ts";
import { rehearseOn } from "./rehearse.ts";
import { refuseWithoutRoom } from "./room.ts";
import { release } from "./with-lab.ts";

export interface OwnDrillOptions extends Omit<DrillOptions, "whileItStands"> {
  name: string;
  own: OwnSystem;
  version: string;
  /** The hash of the plan that somebody has agreed to. */
  agreed: string;
}

export async function drillOwn(options: OwnDrillOptions): Promise<DrillResult> {
  const secrets = new Secrets();
  try {
    return await drilled(options, secrets);
  } catch (error) {
    if (!(error instanceof DrillFailure)) throw error;
    const { what, why, todo } = error.text;
    const [text, options] = [{ what, why: secrets.redacted(why), todo }, { exitCode: error.exitCode }];
    throw new DrillFailure(text, { ...options, cause: error });
  }
}

async function drilled(options: OwnDrillOptions, secrets: Secrets): Promise<DrillResult> {
  const { scenario, config, name, own, seed, view, abort } = options;
  const { signal } = abort;
  const now = startClock();
  const edge = await edgeOf(own.fhir, secrets);
  const databases = await databasesOf(own, secrets);
  const reach = await reachOf(own);
  const { targets, foreignPatients: before } = await lookAt({
    name,
    own,
    ...reach,
    ask: edge.askPatiently,
    databases,
    now,
  });
  const evicted = await rehearseOn(reach, { own, scenario, targets });
  refuseOther({ ...options, targets, evicted }, options.agreed);
  requireWritable();
  refuseWithoutRoom(scenario, freeBytes(RESULTS));
  const prerequisites = await prepareOwn(own, reach, { mode: options.images, named: options.named, view, signal });
  signal.throwIfAborted();

  const found = targets.map(({ name, id, container, image, node }) => ({
    ...{ name, id, container, image },
    ...(node === undefined ? {} : { node }),
  }));
  const run = { ...newRun(prerequisites, options), targets: found, foreignPatients: { before, after: null } };
  const folder = newRunFolder(scenario.name, config.name, run.id);
  const recorder = new Recorder({ folder, now, run, view, abort: (reason) => abort.abort(reason) });
  const { guard } = own;
  const askToStop = async () => (guard.stop ? whyFailed(guard.stop, await runStep(guard.stop)) : null);
  let system: System | null = null;
  try {
    system = await orRecordWhy(recorder, signal, async () => {
      const dialect = await proveDialect(edge.ask, { seed, signal });
      const mix = mixFor(dialect, scenario.load.mix);
      if (scenario.load.reads && mix.update === 0) throw nothingToReadOn();
      const load = { ...scenario.load, mix };
      recorder.update({ dialect, scenario: { ...scenario, load } });
      const around = { run: run.id.toLowerCase(), journal: new Journal(folder.path, secrets) };
      const place = prerequisites.place(targets, around);
      const { engine, tools } = prerequisites;
      const reached = { databases, cluster: reach.cluster };
      return attach({ ...around, folder: folder.path, own, place, engine, tools, edge, reached, now });
    });
    const load = { run: run.id.toLowerCase(), runners: scenario.load.runners ?? 1, signal };
    await drillOn(system, recorder, {
      ...{ generator: prerequisites.generator(system, load), view, signal },
      whenUnsafe: (watch, signal) => whenUnsafe({ guard, askToStop, now }, watch, signal),
      whileItStands: async () => {
        const after = await foreignPatientsIn(edge.askPatiently).catch(() => null);
        recorder.update({ foreignPatients: { before, after } });
      },
    });
  } catch (error) {
    quietly(() => finish(folder));
    throw error;
  } finally {
    if (system !== null) await release(system, recorder);
    quietly(() => redactFolder(folder.path, secrets));
    quietly(() => folder.seal());
    quietly(() => folder.pack());
  }
  return finish(folder);
}

function nothingToReadOn() {
  return usageFailure(
    "load.reads is not supported by this system",
    "reads need resources that are updated by version (If-Match), which its server does not support",
    "remove load.reads",
  );
}

function refuseOther(agreed: Agreed, hash: string): void {
  const is = planHash(agreed);
  if (is === hash) return;
  throw usageFailure(
    "this is not what was agreed to",
    `the plan's hash was ${hash} and is now ${is}: the description, the scenario, a container or fhirdrill itself has changed`,
    `review the plan again: ${COMMAND} plan ${agreed.scenario.name} --system ${agreed.name}`,
  );
}

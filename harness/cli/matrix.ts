/** `matrix`: runs scenarios × configurations × repeats. Planned up front, resumable, with a table at the end. */
import { randomInt } from "node:crypto";
import { relative } from "node:path";
import { heldBack } from "../console/held-back.ts";
import { runLine } from "../console/run-line.ts";
import { runMatrix } from "../matrix/matrix.ts";
import { drillsLeft, planDrills } from "../matrix/matrix-plan.ts";
import { SEED_LIMIT } from "../model/load/write.ts";
import type { Config } from "../model/plan/config.ts";
import { MATRIX_SCHEMA, type Plan, type PlannedDrill } from "../model/plan/matrix.ts";
import { outlasting } from "../model/plan/outlast.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import { nonsense } from "../model/plan/sense.ts";
import { COMMAND } from "../model/program/built.ts";
import { Interrupted, usageFailure } from "../model/program/failure.ts";
import { drill } from "../run/drill.ts";
import { newId } from "../run/new-run.ts";
import type { Slot } from "../run/slot.ts";
import { unsupported } from "../run/supported.ts";
import { shortName } from "../store/find-runs.ts";
import { MatrixFolder } from "../store/matrix-folder.ts";
import { RESULTS } from "../store/results.ts";
import { engineGone, findEngine } from "../systems/lab/engine.ts";
import { capabilitiesOf } from "../systems/lab/labs.ts";
import { isDead, removeOurs, removeRun, thisOwner } from "../systems/lab/ownership.ts";
import { hasRoomForTwo } from "../systems/lab/room-for-two.ts";
import { choose, chooseScenario, loadConfigs, loadScenarios } from "./catalogue.ts";
import { commandOf } from "./chosen-drill.ts";
import { interruptible } from "./interrupt.ts";
import { endMatrix, failureLines } from "./matrix-end.ts";
import { openView, paint, widthOf } from "./output.ts";
import { withRate } from "./rate.ts";
import { writePageIfPossible } from "./report.ts";
import { loadSettings } from "./settings.ts";
import { print, tell } from "./standard-streams.ts";

export interface MatrixOptions {
  scenarios?: string[];
  configs?: string[];
  repeat: number;
  seed?: number;
  rate?: number;
  resume?: string;
  json?: boolean;
}

const say = (text: string) => tell(`${text}\n`);

export async function matrixCommand(options: MatrixOptions): Promise<number> {
  return endMatrix(await drillMatrix(options, "matrix"), options.json ?? false);
}

/** Runs a matrix until all its drills are done. `command` is the one that resumes it after a stop. */
export async function drillMatrix(options: MatrixOptions, command: "matrix" | "nightly"): Promise<MatrixFolder> {
  const folder = options.resume === undefined ? MatrixFolder.create(await planned(options)) : reopened(options.resume);
  const { plan } = folder;
  const resume = `${COMMAND} ${command} --resume ${plan.id}`;
  const release = folder.claim(thisOwner(), isDead);
  for (const { scenario, config, reason } of plan.refused) say(`refused: ${scenario} × ${config}: ${reason}`);
  say(`${plan.drills.length} drills, seed ${plan.seed}; to continue after a stop: ${resume}`);
  try {
    await runMatrix({
      folder,
      signal: interruptible().signal,
      drill: (each, abort, slot) => oneDrill(plan, each, { abort, slot, json: options.json ?? false }),
      twoFit: hasRoomForTwo,
      removeLeaks,
      tell: (done) => {
        if ("failure" in done) say(failureLines(done));
      },
    });
  } catch (error) {
    const left = drillsLeft(plan.drills, folder.done).length;
    say(`${error instanceof Interrupted ? "" : "stopped: "}${left} drills left; to continue: ${resume}`);
    throw error;
  } finally {
    release();
  }
  return folder;
}

async function planned(options: MatrixOptions): Promise<Plan> {
  const { scenarios, configs, repeat, seed = randomInt(SEED_LIMIT), rate } = options;
  const settings = withRate(await loadSettings(), rate);
  const what = {
    scenarios: await chosen(await loadScenarios(settings), scenarios, chooseScenario),
    configs: await chosen(await loadConfigs(settings), configs, chooseConfig),
    ...{ repeat, seed, rate: rate ?? null },
  };
  const { drills, refused } = planDrills(
    what,
    (scenario, config) => nonsense(scenario, config) ?? unsupported(scenario, capabilitiesOf(config)),
  );
  if (drills.length === 0) {
    const reasons = refused.map(({ scenario, config, reason }) => `${scenario} × ${config}: ${reason}`).join("; ");
    throw usageFailure("there is nothing to run", reasons, "choose other scenarios or configurations");
  }
  const { images, prices } = settings;
  return { schema: MATRIX_SCHEMA, id: newId(new Date().toISOString()), ...what, images, prices, refused, drills };
}

const chooseConfig = async (list: readonly Config[], name: string) => choose("configuration", list, name);

/** The named items, each once, in the order of the list. */
async function chosen<T>(
  list: T[],
  names: string[] | undefined,
  one: (list: readonly T[], name: string) => Promise<T>,
): Promise<T[]> {
  if (names === undefined) return list;
  const found = new Set<T>();
  for (const name of names) found.add(await one(list, name));
  return list.filter((item) => found.has(item));
}

function reopened(name: string): MatrixFolder {
  const folder = MatrixFolder.open(name);
  if (folder.unread > 0) say(`${folder.unread} lines of done.jsonl cannot be read: their drills are run again`);
  return folder;
}

interface DrillContext {
  abort: AbortController;
  slot: Slot;
  json: boolean;
}

async function oneDrill(plan: Plan, each: PlannedDrill, { abort, slot, json }: DrillContext) {
  const config = plan.configs.find(({ name }) => name === each.config) as Config;
  const scenario = outlasting(plan.scenarios.find(({ name }) => name === each.scenario) as Scenario, config);
  const command = commandOf(scenario, config, each.seed, plan.rate);
  const { images: named, prices } = plan;
  const view = heldBack(openView, slot.turn);
  try {
    view.say(`drill ${each.drill + 1} of ${plan.drills.length}: ${scenario.name} × ${config.name}, ${each.repeat}`);
    const options = { scenario, config, seed: each.seed, command, images: "auto", named, prices, view, abort } as const;
    const { verdict, folder } = await drill({ ...options, slot });
    view.close();
    writePageIfPossible(folder);
    if (!json) print(`${runLine(verdict, shortName(folder.path), paint, widthOf(process.stdout))}\n`);
    return { run: relative(RESULTS, folder.path), verdict: verdict.verdict };
  } finally {
    view.close();
  }
}

async function removeLeaks(run: string | null): Promise<number> {
  const engine = await findEngine();
  if (engine === null) throw engineGone(new Error("it no longer answers"));
  const { containers, networks, volumes } = await (run === null ? removeOurs(engine) : removeRun(engine, run));
  const leaks = containers + networks + volumes;
  if (leaks > 0) say(`removed leftovers: ${containers} containers, ${networks} networks, ${volumes} volumes`);
  return leaks;
}

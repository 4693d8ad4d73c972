/** An attached system on a container engine, with the load beside it. */
import type { System } from "../../system/system.ts";
import { HOST_NETWORK } from "../lab/container.ts";
import type { Engine } from "../lab/engine.ts";
import { whenEngineIsLost } from "../lab/engine-lost.ts";
import { saveLogs } from "../lab/logs.ts";
import { removeRun } from "../lab/ownership.ts";
import { runBeside } from "../lab/program-beside.ts";
import { engineClock, kernelOf } from "./engine-machine.ts";
import type { FoundTarget } from "./find.ts";
import type { Place } from "./place.ts";
import { type Around, targetOf } from "./target.ts";

export function enginePlace(engine: Engine, targets: readonly FoundTarget[], around: Around): Place {
  const { run, tools } = around;
  const broken = new Map(targets.map((found) => [found.name, targetOf(found, around)]));
  const container: System["container"] = (name) => {
    const found = broken.get(name);
    if (found === undefined) throw new Error(`the description of the system has no target ${name}`);
    return found;
  };
  return {
    ...{ target: container, container },
    pod: () => {
      throw new Error("a system on a container engine has no pods");
    },
    runBeside: (program) => runBeside(engine, { run, network: HOST_NETWORK }, program),
    readClock: (clock) => engineClock(engine, clock),
    bootId: () => kernelOf(engine, { image: tools, run }),
    whenLost: (signal) => whenEngineIsLost(engine, signal),
    saveLogs: (save) => saveLogs(engine, run, save),
    remove: async () => void (await removeRun(engine, run)),
  };
}

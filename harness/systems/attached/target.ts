/** A target container of an attached system. Before it is broken, the undo is on disk and the dead man's switch beside it. */
import type { ContainerTarget } from "../../system/target.ts";
import type { Engine } from "../lab/engine.ts";
import { dockerOf } from "../lab/engine-client.ts";
import { pause } from "../lab/pause.ts";
import { inNetworkOf, scriptBeside } from "./beside.ts";
import { type Armed, armSwitch } from "./dead-mans-switch.ts";
import type { FoundTarget } from "./find.ts";
import { droppedIn, RULES } from "./isolation.ts";
import type { ContainerUndo, Entry, Journal, Limit } from "./journal.ts";
import { coresOf, isLimit, limitOf, limitTo } from "./limit.ts";
import { type At, inspect, mend, runs, whereabouts } from "./mend.ts";

export interface Around {
  /** The run's id: temporary containers beside a target belong to the run. */
  run: string;
  engine: Engine;
  /** The tools image, for containers beside the target. */
  tools: string;
  journal: Journal;
  /** No fault lasts longer. */
  ttlSeconds: number;
}

/** The present fault; only one at a time. */
interface Broken {
  entry: Entry;
  undo: ContainerUndo;
  /** When the broken container had started: after a restart it has another network namespace. */
  startedAt: string;
  armed: Armed | null;
}

/** How long healing may take. */
const MENDED_WITHIN_MS = 5000;

export function targetOf(found: FoundTarget, { run, engine, tools, journal, ttlSeconds }: Around): ContainerTarget {
  const { name, id } = found;
  const docker = dockerOf(engine);
  const handle = docker.getContainer(id);
  const container = { id, name: found.container };
  let broken: Broken | null = null;
  let limited: Limit | null = null;

  const inspected = async () => {
    const known = await inspect(docker, id);
    if (known === null) throw new Error(`${name}: ${(await whereabouts(docker, container)).seen}`);
    return known;
  };
  /** Runs in the switch if that is in the container's present network namespace: a separate container takes half a second. */
  const inNetwork: At["inNetwork"] = async (_, script) => {
    const { State } = await inspected();
    const within = broken?.undo.how === "rejoin" && broken.startedAt === State.StartedAt ? broken.armed : null;
    const ran = await within?.run(script).catch(() => undefined);
    return ran ?? scriptBeside(engine, { image: tools, run }, script, inNetworkOf(id));
  };
  const rejoining = { how: "rejoin", container, image: tools } as const;

  /** Writes the journal, arms the switch, then breaks it. */
  const breakIt = async (fault: string, undo: ContainerUndo, act: () => Promise<unknown>) => {
    if (broken !== null) throw new Error(`${name} is already broken`);
    const { State } = await inspected();
    if (!runs(State) || State.Paused) throw new Error(`${name} does not run: it is ${State.Status}`);
    const entry = journal.begin({ fault, of: name, undo });
    broken = { entry, undo, startedAt: State.StartedAt, armed: null };
    try {
      broken.armed = await armSwitch(engine, tools, undo, ttlSeconds);
      await act();
    } catch (error) {
      // It may be half done, so it is undone. If that fails, the switch and the journal remain.
      await mendIt(undo.how).catch(() => {});
      throw error;
    }
  };
  /** Returns whether there was something to undo. Does nothing unless this fault was injected here. */
  const mendIt = async (how: ContainerUndo["how"]): Promise<boolean> => {
    if (broken?.undo.how !== how) return false;
    const { entry, undo, armed } = broken;
    const { before, after } = await mend({ docker, inNetwork }, undo, MENDED_WITHIN_MS);
    if (after.is !== "whole") throw new Error(`${name} could not be healed: ${after.seen}`);
    journal.healed(entry, after.seen);
    await armed?.disarm();
    broken = null;
    return before.is === "broken";
  };

  return {
    ...{ name, id },
    status: async () => {
      const { State } = await inspected();
      return { running: runs(State), frozen: State.Paused };
    },
    startedAt: async () => {
      const { State } = await inspected();
      return runs(State) ? State.StartedAt : null;
    },
    kill: () => breakIt("target-loss", { how: "start", container }, () => handle.kill({ signal: "SIGKILL" })),
    crash: () =>
      breakIt("target-crash", { how: "start", container }, async () => {
        const { Pid } = (await inspected()).State;
        const host = { PidMode: "host", NetworkMode: "none" };
        const { exitCode, output } = await scriptBeside(engine, { image: tools, run }, `kill -KILL ${Pid}`, host);
        if (exitCode !== 0) throw new Error(`the main process of ${name} could not be killed: ${output.trim()}`);
      }),
    startAgain: () => mendIt("start"),
    freeze: () => breakIt("target-freeze", { how: "unpause", container }, () => pause(handle)),
    thaw: async () => void (await mendIt("unpause")),
    isolate: async () => {
      const { NetworkMode = "" } = (await inspected()).HostConfig;
      if (/^(host$|container:)/.test(NetworkMode))
        throw new Error(`${name} shares the network of ${NetworkMode}; isolating it would isolate that as well`);
      // The switch isolates it when it starts: it is in that network namespace, and can end the isolation.
      await breakIt("target-isolation", rejoining, async () => {});
    },
    rejoin: async () => void (await mendIt("rejoin")),
    packetsDropped: async () => {
      const ran = await inNetwork(rejoining, RULES).catch(async (error) => {
        // Without a process it has no network namespace.
        if (runs((await inspected()).State)) throw error;
        return null;
      });
      if (ran === null) return null;
      if (ran.exitCode !== 0) throw new Error(`the rules around ${name} cannot be listed: ${ran.output.trim()}`);
      return droppedIn(ran.output);
    },
    limitProcessor: async (cores) => {
      const was = limitOf(await inspected());
      const own = coresOf(was);
      if (own !== null && own <= cores) throw new Error(`${name} already has a limit of ${own} processors`);
      const limit = limitTo(cores, was);
      limited = { ...was, ...limit };
      await breakIt("target-starvation", { how: "processor", container, was }, () => handle.update(limit));
    },
    restoreProcessor: async () => void (await mendIt("processor")),
    processorLimit: async () => {
      const now = limitOf(await inspected());
      if (limited !== null && isLimit(now, limited)) return "ours";
      return coresOf(now) === null ? null : "theirs";
    },
    timesThrottled: async () => {
      const { cpu_stats } = await handle.stats({ stream: false, "one-shot": true });
      return cpu_stats.throttling_data.throttled_periods;
    },
  };
}

/** One container of an own system, as something that can be broken; what undoes it is on disk and beside it before. */
import type { ContainerTarget } from "../../system/target.ts";
import type { Engine } from "../lab/engine.ts";
import { pause } from "../lab/pause.ts";
import { inNetworkOf, scriptBeside } from "./beside.ts";
import { type Armed, armSwitch } from "./dead-mans-switch.ts";
import type { FoundTarget } from "./find.ts";
import { droppedIn, RULES } from "./isolation.ts";
import type { ContainerUndo, Entry, Journal, Limit } from "./journal.ts";
import { coresOf, isLimit, limitOf, limitTo } from "./limit.ts";
import { type At, inspect, mend, runs, whereabouts } from "./mend.ts";

export interface Around {
  /** Its id: what is started beside a target for a moment is one of the run's. */
  run: string;
  engine: Engine;
  /** The tools image, for what stands beside the target. */
  tools: string;
  journal: Journal;
  /** No fault lasts longer. */
  ttlSeconds: number;
}

/** One at a time. */
interface Broken {
  entry: Entry;
  undo: ContainerUndo;
  /** When the container had begun that was broken: another start has another network. */
  startedAt: string;
  armed: Armed | null;
}

/** How long one may take to be whole again that was told to. */
const MENDED_WITHIN_MS = 5000;

export function targetOf(found: FoundTarget, { run, engine, tools, journal, ttlSeconds }: Around): ContainerTarget {
  const { name, id } = found;
  const docker = engine.container.dockerode;
  const handle = docker.getContainer(id);
  const container = { id, name: found.container };
  let broken: Broken | null = null;
  let limited: Limit | null = null;

  const look = async () => {
    const known = await inspect(docker, id);
    if (known === null) throw new Error(`${name}: ${(await whereabouts(docker, container)).seen}`);
    return known;
  };
  /** In the switch where that is in the network in question: a container of its own takes half a second of both sides. */
  const inNetwork: At["inNetwork"] = async (_, script) => {
    const { State } = await look();
    const within = broken?.undo.how === "rejoin" && broken.startedAt === State.StartedAt ? broken.armed : null;
    const ran = await within?.run(script).catch(() => undefined);
    return ran ?? scriptBeside(engine, { image: tools, run }, script, inNetworkOf(id));
  };
  const rejoining = { how: "rejoin", container, image: tools } as const;

  /** Written down, then armed, then done. */
  const breakIt = async (fault: string, undo: ContainerUndo, act: () => Promise<unknown>) => {
    if (broken !== null) throw new Error(`${name} is broken already`);
    const { State } = await look();
    if (!runs(State) || State.Paused) throw new Error(`${name} does not run: it is ${State.Status}`);
    const entry = journal.begin({ fault, of: name, undo });
    broken = { entry, undo, startedAt: State.StartedAt, armed: null };
    try {
      broken.armed = await armSwitch(engine, tools, undo, ttlSeconds);
      await act();
    } catch (error) {
      // Whether half of it was done is seen by undoing it. If it cannot be, the switch and the journal remain.
      await mendIt(undo.how).catch(() => {});
      throw error;
    }
  };
  /** Whether there was something left to undo. Does nothing to what was not done here. */
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
      const { State } = await look();
      return { running: runs(State), frozen: State.Paused };
    },
    startedAt: async () => {
      const { State } = await look();
      return runs(State) ? State.StartedAt : null;
    },
    kill: () => breakIt("target-loss", { how: "start", container }, () => handle.kill({ signal: "SIGKILL" })),
    crash: () =>
      breakIt("target-crash", { how: "start", container }, async () => {
        const { Pid } = (await look()).State;
        const host = { PidMode: "host", NetworkMode: "none" };
        const { exitCode, output } = await scriptBeside(engine, { image: tools, run }, `kill -KILL ${Pid}`, host);
        if (exitCode !== 0) throw new Error(`the main process of ${name} could not be killed: ${output.trim()}`);
      }),
    startAgain: () => mendIt("start"),
    freeze: () => breakIt("target-freeze", { how: "unpause", container }, () => pause(handle)),
    thaw: async () => void (await mendIt("unpause")),
    isolate: async () => {
      const { NetworkMode = "" } = (await look()).HostConfig;
      if (/^(host$|container:)/.test(NetworkMode))
        throw new Error(`${name} shares the network of ${NetworkMode}, and to isolate it would isolate that as well`);
      // The switch does it, as its first act: it is in that network, and whoever holds it open can let it in again.
      await breakIt("target-isolation", rejoining, async () => {});
    },
    rejoin: async () => void (await mendIt("rejoin")),
    packetsDropped: async () => {
      const ran = await inNetwork(rejoining, RULES).catch(async (error) => {
        // Without a process it has no network to be isolated from.
        if (runs((await look()).State)) throw error;
        return null;
      });
      if (ran === null) return null;
      if (ran.exitCode !== 0) throw new Error(`the rules around ${name} cannot be listed: ${ran.output.trim()}`);
      return droppedIn(ran.output);
    },
    limitProcessor: async (cores) => {
      const was = limitOf(await look());
      const own = coresOf(was);
      if (own !== null && own <= cores) throw new Error(`${name} has no more than ${own} of a processor already`);
      const limit = limitTo(cores, was);
      limited = { ...was, ...limit };
      await breakIt("target-starvation", { how: "processor", container, was }, () => handle.update(limit));
    },
    restoreProcessor: async () => void (await mendIt("processor")),
    processorLimit: async () => {
      const now = limitOf(await look());
      if (limited !== null && isLimit(now, limited)) return "ours";
      return coresOf(now) === null ? null : "theirs";
    },
    timesThrottled: async () => {
      const { cpu_stats } = await handle.stats({ stream: false, "one-shot": true });
      return cpu_stats.throttling_data.throttled_periods;
    },
  };
}

/** One container of an own system, as something that can be broken, with what undoes it if we are gone. */
import type { Target } from "../../system/target.ts";
import type { Engine } from "../lab/engine.ts";
import { type Armed, armSwitch } from "./dead-mans-switch.ts";
import type { FoundTarget } from "./find.ts";

/** An isolation's rules, in chains of their own so that no rule of theirs is touched. */
const CHAIN = "FHIRDRILL";
const ISOLATE = `iptables -w -N ${CHAIN}
iptables -w -A ${CHAIN} -j DROP
iptables -w -I INPUT 1 ! -i lo -j ${CHAIN}
iptables -w -I OUTPUT 1 ! -o lo -j ${CHAIN}`;
const REJOIN = `iptables -w -D INPUT ! -i lo -j ${CHAIN} 2>/dev/null
iptables -w -D OUTPUT ! -o lo -j ${CHAIN} 2>/dev/null
iptables -w -F ${CHAIN} 2>/dev/null
iptables -w -X ${CHAIN} 2>/dev/null
! iptables -w -n -L ${CHAIN} >/dev/null 2>&1`;

export interface Around {
  engine: Engine;
  /** The tools image, for what stands beside the target. */
  tools: string;
  /** No fault lasts longer. */
  ttlSeconds: number;
}

export function targetOf({ name, id }: FoundTarget, { engine, tools, ttlSeconds }: Around): Target {
  const docker = engine.container.dockerode;
  const handle = docker.getContainer(id);
  let armed: Armed | null = null;

  const state = async () => {
    const { State } = await handle.inspect().catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404) throw error;
      throw new Error(`the container of ${name} is gone: the engine knows no ${id.slice(0, 12)} any more`);
    });
    return State;
  };
  const arm = async (how: { before?: string; undo: string; inNetwork: boolean }) => {
    if (armed !== null) throw new Error(`${name} is broken already`);
    armed = await armSwitch(engine, tools, { target: id, ttlSeconds, ...how });
  };
  const disarm = async () => {
    await armed?.disarm();
    armed = null;
  };
  const byEngine = (act: string) => ({ undo: `ask POST /containers/${id}/${act}`, inNetwork: false });
  /** In a container of its own that is gone afterwards. */
  const beside = async (script: string, host: object): Promise<{ exitCode: number; output: string }> => {
    const container = await docker.createContainer({
      ...{ Image: tools, Entrypoint: ["bash", "-c", script], Tty: true },
      HostConfig: host,
    });
    try {
      await container.start();
      const { StatusCode } = await container.wait();
      const output = await container.logs({ stdout: true, stderr: true });
      return { exitCode: StatusCode, output: output.toString("utf8") };
    } finally {
      await container.remove({ force: true });
    }
  };
  const inNetwork = (script: string) => beside(script, { NetworkMode: `container:${id}`, CapAdd: ["NET_ADMIN"] });

  return {
    ...{ name, id },
    status: async () => {
      const { Running, Paused } = await state();
      return { running: Running, frozen: Paused };
    },
    startedAt: async () => {
      const { Running, StartedAt } = await state();
      return Running ? StartedAt : null;
    },
    kill: async () => {
      await arm(byEngine("start"));
      await handle.kill({ signal: "SIGKILL" });
    },
    freeze: async () => {
      await arm(byEngine("unpause"));
      await handle.pause();
    },
    thaw: async () => {
      if ((await state()).Paused) await handle.unpause();
      await disarm();
    },
    startAgain: async () => {
      const { Running, Paused } = await state();
      if (Paused) await handle.unpause();
      if (!Running) await handle.start();
      await disarm();
      return !Running;
    },
    crash: async () => {
      const { Pid } = await state();
      if (Pid === 0) throw new Error(`${name} does not run`);
      const { exitCode, output } = await beside(`kill -KILL ${Pid}`, { PidMode: "host", NetworkMode: "none" });
      if (exitCode !== 0) throw new Error(`the main process of ${name} could not be killed: ${output.trim()}`);
    },
    isolate: async () => arm({ before: ISOLATE, undo: REJOIN, inNetwork: true }),
    rejoin: async () => {
      if (!(await state()).Running) return disarm();
      const { exitCode, output } = await inNetwork(REJOIN);
      if (exitCode !== 0) throw new Error(`the isolation of ${name} could not be lifted: ${output.trim()}`);
      return disarm();
    },
    packetsDropped: async () => {
      if (!(await state()).Running) return null;
      const { exitCode, output } = await inNetwork(`iptables -w -n -v -x -L ${CHAIN}`);
      if (exitCode !== 0) return null;
      const dropped = /^\s*(\d+)\s+\d+\s+DROP\b/m.exec(output)?.[1];
      return dropped === undefined ? null : Number(dropped);
    },
  };
}

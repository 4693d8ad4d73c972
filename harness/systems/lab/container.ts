/** One container of a run: labelled, in the run's network under its component's name, published on loopback only. */
import { GenericContainer, type StartedTestContainer, StartupCheckStrategy, type StartupStatus } from "testcontainers";
import { COMMAND } from "../../model/program/built.ts";
import { DrillFailure } from "../../model/program/failure.ts";
import { until, type Waiting } from "../../system/waiting.ts";
import { readLog } from "./container-log.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";
import { engineWords } from "./engine-words.ts";
import { firstCause } from "./first-cause.ts";
import { labelsOf } from "./ownership.ts";

/** Where a container is started, and the signal that aborts the start. */
export interface Where {
  run: string;
  network: string;
  image: string;
  signal?: AbortSignal | undefined;
}

/** The network of the engine's host, in which a container has no name of its own. */
export const HOST_NETWORK = "host";

/** Keeps enough of a server's log to see why it died, without filling the disk in a long run. */
const LOG_OPTIONS = { "max-size": "50m", "max-file": "2" };

/** 128 + SIGKILL. */
const KILLED = 137;

/** Testcontainers' own waits cannot be aborted; ours can, see `untilAnswers`. */
class Launched extends StartupCheckStrategy {
  override checkStartupState(): Promise<StartupStatus> {
    return Promise.resolve("SUCCESS");
  }
}

/** The engine's name for a component of a run, the same after a restart. */
export function containerName(run: string, part: string): string {
  return `fhirdrill-${run}-${part}`;
}

export class DrillContainer extends GenericContainer {
  constructor(where: Omit<Where, "signal">, name: string) {
    super(where.image);
    this.withLabels(labelsOf(where.run)).withName(containerName(where.run, name)).withAutoCleanup(false);
    this.withWaitStrategy(new Launched());
    // Set here, not by `withNetworkAliases`, which would join the engine's default network as well.
    this.networkMode = where.network;
    if (where.network !== HOST_NETWORK) {
      this.createOpts.NetworkingConfig = { EndpointsConfig: { [where.network]: { Aliases: [name] } } };
      this.createOpts.Hostname = name;
    }
    this.hostConfig.LogConfig = { Type: "json-file", Config: LOG_OPTIONS };
  }

  /** Joins the network namespace of another container instead of the run's network. */
  inNetworkOf(container: StartedTestContainer): this {
    this.networkMode = `container:${container.getId()}`;
    delete this.createOpts.NetworkingConfig;
    delete this.createOpts.Hostname;
    return this;
  }

  override async start(): Promise<StartedTestContainer> {
    return super.start().catch((error) => {
      const what = `the engine cannot start ${this.createOpts.name}`;
      const why = engineWords(error);
      const todo = /\/dev\/(fuse|loop)/.test(why)
        ? "load the kernel's modules (modprobe fuse loop); a rootless engine cannot use them"
        : `run \`${COMMAND} doctor\`; if it finds nothing, read the engine's own log`;
      throw new DrillFailure({ what, why, todo }, { cause: error });
    });
  }

  /** Allows it to mount file systems, from a file (loop devices) or by FUSE. AppArmor, if the engine uses it, would forbid that. */
  withMounting(): this {
    this.hostConfig.Devices = ["/dev/fuse", "/dev/loop-control"].map((device) => ({
      ...{ PathOnHost: device, PathInContainer: device, CgroupPermissions: "rwm" },
    }));
    this.hostConfig.DeviceCgroupRules = ["b 7:* rmw"];
    this.hostConfig.SecurityOpt = ["apparmor=unconfined"];
    return this.withAddedCapabilities("SYS_ADMIN");
  }

  withLoopbackPorts(...ports: number[]): this {
    this.withExposedPorts(...ports);
    for (const port of ports) {
      this.hostConfig.PortBindings = {
        ...this.hostConfig.PortBindings,
        [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "0" }],
      };
    }
    return this;
  }
}

/** An additional network of the run, with this name and, if given, this address range. */
interface OwnNetwork {
  own: string;
  subnet?: string;
}

/** Creates a network of the run. Each takes an address range from the engine's pool, which has about thirty. */
export async function createNetwork(engine: Engine, run: string, beside?: OwnNetwork): Promise<string> {
  const name = beside ? containerName(run, beside.own) : `fhirdrill-${run}`;
  const docker = dockerOf(engine);
  const range = beside?.subnet === undefined ? {} : { IPAM: { Config: [{ Subnet: beside.subnet }] } };
  await docker.createNetwork({ Name: name, Driver: "bridge", Labels: labelsOf(run), ...range }).catch((error) => {
    const why = engineWords(error);
    const todo = /address pool|all predefined address/i.test(why)
      ? `remove unused networks: \`${COMMAND} clean\`, then \`docker network prune\``
      : "check the engine's own log";
    throw new DrillFailure({ what: "the engine refuses a network for the drill", why, todo }, { cause: error });
  });
  return name;
}

/** The engine's own handle of a container. */
export function handleOf(engine: Engine, container: StartedTestContainer) {
  return dockerOf(engine).getContainer(container.getId());
}

/** The current port on loopback: a restarted container has a new one. */
export async function currentPort(engine: Engine, container: StartedTestContainer, port: number): Promise<number> {
  const { NetworkSettings, State, Config } = await handleOf(engine, container).inspect();
  const binding = NetworkSettings.Ports[`${port}/tcp`]?.[0];
  if (!binding)
    throw new Error(`${Config.Hostname} ${State.Running ? `does not publish port ${port}` : "does not run"}`);
  return Number(binding.HostPort);
}

/**
 * Polls a started component until it answers. Stops waiting when it has died. If it died or never answered, the failure
 * names the first cause in its log.
 */
export async function untilAnswers<T>(
  engine: Engine,
  container: StartedTestContainer,
  waiting: Waiting,
  attempt: () => Promise<T | false | null>,
): Promise<T> {
  let died = false;
  try {
    return await until(waiting, async () => {
      died = !(await isRunning(engine, container));
      if (!died) return attempt();
      throw new DrillFailure({
        what: `${container.getName().slice(1)} died while starting`,
        why: await causeOfDeath(engine, container),
        todo: "read its log in the run folder; if memory or disk ran out, free some",
      });
    });
  } catch (error) {
    if (died || !(error instanceof DrillFailure)) throw error;
    const cause = firstCause((await readLog(handleOf(engine, container)).catch(() => "")).toString("utf8"));
    throw cause === null
      ? error
      : new DrillFailure({ ...error.text, why: `${cause} (${error.text.why})` }, { cause: error });
  }
}

/** The cause that the engine reports, else the one in the log. */
async function causeOfDeath(engine: Engine, container: StartedTestContainer): Promise<string> {
  const { State } = await handleOf(engine, container).inspect();
  if (State.OOMKilled) return "memory ran out, and the kernel killed it";
  const log = (await readLog(handleOf(engine, container))).toString("utf8");
  const lastLine = log.trim().split("\n").at(-1);
  const killed = State.ExitCode === KILLED ? "it was killed by SIGKILL, as when memory runs out" : null;
  return firstCause(log) ?? killed ?? (lastLine || `it exited with code ${State.ExitCode} and an empty log`);
}

export async function isRunning(engine: Engine, container: StartedTestContainer): Promise<boolean> {
  return (await handleOf(engine, container).inspect()).State.Running;
}

/** One container of a run: labelled, on the run's network under its part's name, published on loopback only. */
import { GenericContainer, type StartedTestContainer, StartupCheckStrategy, type StartupStatus } from "testcontainers";
import { DrillFailure } from "../model/failure.ts";
import type { Engine } from "./engine.ts";
import { labelsOf } from "./ownership.ts";
import { until, type Waiting } from "./waiting.ts";

/** Where a container is started, and who may call it off. */
export interface Where {
  run: string;
  network: string;
  image: string;
  signal?: AbortSignal | undefined;
}

/** Enough of a server's talk to see why it died, without filling the disk in a long run. */
const LOG_OPTIONS = { "max-size": "50m", "max-file": "2" };

/** Testcontainers' own waits cannot be called off; ours can, see `untilAnswers`. */
class Launched extends StartupCheckStrategy {
  override checkStartupState(): Promise<StartupStatus> {
    return Promise.resolve("SUCCESS");
  }
}

/** By which the engine knows a part of a run, whichever of its lives it is in. */
export function containerName(run: string, part: string): string {
  return `fhirdrill-${run}-${part}`;
}

export class DrillContainer extends GenericContainer {
  constructor(where: Omit<Where, "signal">, name: string) {
    super(where.image);
    this.withLabels(labelsOf(where.run)).withName(containerName(where.run, name)).withAutoCleanup(false);
    this.withWaitStrategy(new Launched());
    // Set here, not by withNetworkAliases, which would join the engine's default network as well.
    this.networkMode = where.network;
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [where.network]: { Aliases: [name] } } };
    this.createOpts.Hostname = name;
    this.hostConfig.LogConfig = { Type: "json-file", Config: LOG_OPTIONS };
  }

  /** In the network of another one, instead of its own name and place in the run's. */
  inNetworkOf(container: StartedTestContainer): this {
    this.networkMode = `container:${container.getId()}`;
    delete this.createOpts.NetworkingConfig;
    delete this.createOpts.Hostname;
    return this;
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

export async function createNetwork(engine: Engine, run: string): Promise<string> {
  const name = `fhirdrill-${run}`;
  await engine.container.dockerode.createNetwork({ Name: name, Driver: "bridge", Labels: labelsOf(run) });
  return name;
}

/** The engine's own handle of a container. */
export function handleOf(engine: Engine, container: StartedTestContainer) {
  return engine.container.dockerode.getContainer(container.getId());
}

/** The port on loopback as it is now: a container that was stopped and started again has a new one. */
export async function currentPort(engine: Engine, container: StartedTestContainer, port: number): Promise<number> {
  const inspected = await handleOf(engine, container).inspect();
  const binding = inspected.NetworkSettings.Ports[`${port}/tcp`]?.[0];
  if (!binding) throw new Error(`${container.getName()} does not publish port ${port}`);
  return Number(binding.HostPort);
}

/** Polls a started part until it answers; one that has died is not waited for, and says its last words. */
export function untilAnswers<T>(
  engine: Engine,
  container: StartedTestContainer,
  waiting: Waiting,
  attempt: () => Promise<T | false | null>,
): Promise<T> {
  return until(waiting, async () => {
    if (await isRunning(engine, container)) return attempt();
    const log = await handleOf(engine, container).logs({ stdout: true, stderr: true, tail: 5 });
    throw new DrillFailure({
      what: `${container.getName().slice(1)} died while starting`,
      why: log
        .toString("utf8")
        .replace(/[^\x20-\x7e\n]/g, "")
        .trim(),
      todo: "if memory or disk ran out, free some; otherwise run `npm run chaos -- doctor`",
    });
  });
}

export async function isRunning(engine: Engine, container: StartedTestContainer): Promise<boolean> {
  return (await handleOf(engine, container).inspect()).State.Running;
}

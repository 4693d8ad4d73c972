/** One container of a run: labelled, on the run's network under its part's name, published on loopback only. */
import { GenericContainer, type StartedTestContainer } from "testcontainers";
import type { Engine } from "./engine.ts";
import { labelsOf } from "./ownership.ts";

/** Enough of a server's talk to see why it died, without filling the disk in a long run. */
const LOG_OPTIONS = { "max-size": "50m", "max-file": "2" };

export class DrillContainer extends GenericContainer {
  constructor(image: string, where: { run: string; network: string; name: string }) {
    super(image);
    this.withLabels(labelsOf(where.run)).withName(`fhirdrill-${where.run}-${where.name}`).withAutoCleanup(false);
    // Set here, not by withNetworkAliases, which would join the engine's default network as well.
    this.networkMode = where.network;
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [where.network]: { Aliases: [where.name] } } };
    this.createOpts.Hostname = where.name;
    this.hostConfig.LogConfig = { Type: "json-file", Config: LOG_OPTIONS };
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

/** The port on loopback as it is now: a container that was stopped and started again has a new one. */
export async function currentPort(engine: Engine, container: StartedTestContainer, port: number): Promise<number> {
  const inspected = await engine.container.dockerode.getContainer(container.getId()).inspect();
  const binding = inspected.NetworkSettings.Ports[`${port}/tcp`]?.[0];
  if (!binding) throw new Error(`${container.getName()} does not publish port ${port}`);
  return Number(binding.HostPort);
}

export async function isRunning(engine: Engine, container: StartedTestContainer): Promise<boolean> {
  return (await engine.container.dockerode.getContainer(container.getId()).inspect()).State.Running;
}

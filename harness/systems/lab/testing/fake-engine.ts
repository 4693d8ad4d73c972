/** For tests: an engine whose client has only what the test gives it. */
import type { ContainerRuntimeClient } from "testcontainers";
import { type Engine, engineBy } from "../engine-client.ts";

interface Has {
  exec?: () => Promise<never>;
  info?: { containerRuntime: { remoteSocketPath: string } };
}

export function fakeEngine(dockerode: object = {}, { exec, info }: Has = {}): Engine {
  return engineBy({ info, container: { dockerode, exec } } as unknown as ContainerRuntimeClient);
}

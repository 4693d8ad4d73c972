/** What a container engine is made of: known to systems only. Others hold an engine and pass it on. */
import type { ContainerRuntimeClient } from "testcontainers";

/** Registered, because a test worker may load this module anew and keep its engine. */
const CLIENT = Symbol.for("fhirdrill.engine-client");

export interface Engine {
  readonly [CLIENT]: ContainerRuntimeClient;
}

/** The client of the engine's API. */
export type Docker = ContainerRuntimeClient["container"]["dockerode"];

export function engineBy(client: ContainerRuntimeClient): Engine {
  return { [CLIENT]: client };
}

export function clientOf(engine: Engine): ContainerRuntimeClient {
  return engine[CLIENT];
}

export function dockerOf(engine: Engine): Docker {
  return clientOf(engine).container.dockerode;
}

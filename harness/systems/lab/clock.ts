/**
 * A wall clock of its own for one FHIR server, which can be set. Containers share the kernel's clock; a small library
 * between server and kernel (`docker/tools/clock.c`) reads its offset from a file in the container. The monotonic clock
 * is untouched, and with it timeouts and the pool.
 *
 * Not libfaketime: it takes locks; with it the server took five times as long to boot and seconds to answer.
 */
import type { StartedTestContainer } from "testcontainers";
import { DrillContainer, type Where } from "./container.ts";

const BUILT = "/opt/clock.so";
const LIBRARY = "/opt/fhirdrill-clock.so";
const OFFSET = "/opt/fhirdrill-clock.offset";

/** From the tools' image; one copy serves all servers of the run. */
export async function clockLibrary(tools: Where): Promise<Buffer> {
  const container = await new DrillContainer(tools, "clock").start();
  const { exitCode, stdout, stderr } = await container.exec(["base64", "--wrap=0", BUILT]);
  if (exitCode !== 0) throw new Error(`cannot read the clock library: ${stderr.trim()}`);
  return Buffer.from(stdout, "base64");
}

/** Call it before the container is started. */
export function withOwnClock(container: DrillContainer, library: Buffer): void {
  container
    .withCopyContentToContainer([
      { content: library, target: LIBRARY, mode: 0o755 },
      { content: "0", target: OFFSET, mode: 0o644 },
    ])
    .withEnvironment({ LD_PRELOAD: LIBRARY, FHIRDRILL_CLOCK_OFFSET: OFFSET });
}

/** Takes effect within a second, and survives a restart of the server. */
export async function setClock(container: StartedTestContainer, offsetSeconds: number): Promise<void> {
  await container.copyContentToContainer([{ content: `${offsetSeconds}`, target: OFFSET, mode: 0o644 }]);
}

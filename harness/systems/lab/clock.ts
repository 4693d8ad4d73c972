/**
 * A wall clock of its own for one FHIR server, which can be set. Containers share the kernel's; a small library stands
 * between the server and the kernel (`docker/tools/clock.c`), and reads from a file in the container how far off it is to
 * be. What the server measures durations by goes on as it is, so its timeouts and its pool know nothing of it.
 *
 * Not libfaketime: it takes locks, and with it the server booted five times as long and answered in seconds.
 */
import type { StartedTestContainer } from "testcontainers";
import { DrillContainer, type Where } from "./container.ts";

const BUILT = "/opt/clock.so";
const LIBRARY = "/opt/fhirdrill-clock.so";
const OFFSET = "/opt/fhirdrill-clock.offset";

/** Of the tools' image, for any number of servers of the run. */
export async function clockLibrary(tools: Where): Promise<Buffer> {
  const container = await new DrillContainer(tools, "clock").start();
  const { exitCode, stdout, stderr } = await container.exec(["base64", "--wrap=0", BUILT]);
  if (exitCode !== 0) throw new Error(`there is no library for a clock of its own: ${stderr.trim()}`);
  return Buffer.from(stdout, "base64");
}

/** Before it is started. */
export function withOwnClock(container: DrillContainer, library: Buffer): void {
  container
    .withCopyContentToContainer([
      { content: library, target: LIBRARY, mode: 0o755 },
      { content: "0", target: OFFSET, mode: 0o644 },
    ])
    .withEnvironment({ LD_PRELOAD: LIBRARY, FHIRDRILL_CLOCK_OFFSET: OFFSET });
}

/** From a second later on. It stays so when the server is started again. */
export async function setClock(container: StartedTestContainer, offsetSeconds: number): Promise<void> {
  await container.copyContentToContainer([{ content: `${offsetSeconds}`, target: OFFSET, mode: 0o644 }]);
}

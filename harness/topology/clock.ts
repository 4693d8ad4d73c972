/**
 * A wall clock of its own for one FHIR server, which can be set. Containers share the kernel's; libfaketime stands between
 * the server and the kernel, and reads from a file in the container how far off it is to be. What the server measures
 * durations by goes on as it is, so its timeouts and its pool know nothing of it.
 */
import type { StartedTestContainer } from "testcontainers";
import { DrillContainer, type Where } from "./container.ts";

const LIBRARY = "/opt/fhirdrill-clock.so";
const OFFSET = "/opt/fhirdrill-clock.offset";
const FIND = "base64 --wrap=0 /usr/lib/*/faketime/libfaketimeMT.so.1";
const RIGHT = "+0";

/** Of the tools' image, for any number of servers of the run. */
export async function clockLibrary(tools: Where): Promise<Buffer> {
  const container = await new DrillContainer(tools, "clock").start();
  const { exitCode, stdout, stderr } = await container.exec(["sh", "-c", FIND]);
  if (exitCode !== 0) throw new Error(`there is no library for a clock of its own: ${stderr.trim()}`);
  return Buffer.from(stdout, "base64");
}

/** Before it is started. */
export function withOwnClock(container: DrillContainer, library: Buffer): void {
  container
    .withCopyContentToContainer([
      { content: library, target: LIBRARY, mode: 0o755 },
      { content: RIGHT, target: OFFSET, mode: 0o644 },
    ])
    .withEnvironment({
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: OFFSET,
      FAKETIME_CACHE_DURATION: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    });
}

/** From a second later on. It stays so when the server is started again. */
export async function setClock(container: StartedTestContainer, offsetSeconds: number): Promise<void> {
  const content = offsetSeconds === 0 ? RIGHT : `${offsetSeconds > 0 ? "+" : ""}${offsetSeconds}`;
  await container.copyContentToContainer([{ content, target: OFFSET, mode: 0o644 }]);
}

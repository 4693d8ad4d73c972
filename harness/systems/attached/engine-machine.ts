/** The machine that the engine runs on, and its load generator with it: its kernel and its clock. */
import type { Clock, ClockSample } from "../../model/record/clock.ts";
import { readLog } from "../lab/container-log.ts";
import type { Engine } from "../lab/engine.ts";

/** By the boot id of its kernel, which only a container there can read. */
export async function kernelOf(engine: Engine, tools: string): Promise<string> {
  const container = await engine.container.dockerode.createContainer({
    ...{ Image: tools, Entrypoint: ["cat", "/proc/sys/kernel/random/boot_id"] },
    HostConfig: { NetworkMode: "none" },
  });
  try {
    await container.start();
    await container.wait();
    return (await readLog(container)).toString("utf8");
  } finally {
    await container.remove({ force: true });
  }
}

export async function engineClock(engine: Engine, clock: Clock): Promise<ClockSample> {
  const askedMs = clock();
  const { SystemTime } = (await engine.container.dockerode.info()) as { SystemTime: string };
  return { askedMs, answeredMs: clock(), epochMs: epochMsOf(SystemTime) };
}

/** `2026-11-28T22:01:02.123456789Z`, with what a Date would drop behind the milliseconds. */
export function epochMsOf(time: string): number {
  const beyond = /\.\d{3}(\d+)/.exec(time)?.[1] ?? "0";
  return Date.parse(time) + Number(`0.${beyond}`);
}

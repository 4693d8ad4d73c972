/** The machine of the engine and so of the load generator: its kernel and its clock. */
import type { Clock, ClockSample } from "../../model/record/clock.ts";
import type { Engine } from "../lab/engine.ts";
import { dockerOf } from "../lab/engine-client.ts";
import { scriptBeside } from "./beside.ts";

const NO_NETWORK = { NetworkMode: "none" };

/** The boot id of its kernel, which only a container there can read. */
export async function kernelOf(engine: Engine, place: { image: string; run: string }): Promise<string> {
  const { exitCode, output } = await scriptBeside(engine, place, "cat /proc/sys/kernel/random/boot_id", NO_NETWORK);
  if (exitCode !== 0) throw new Error(output.trim());
  return output;
}

export async function engineClock(engine: Engine, clock: Clock): Promise<ClockSample> {
  const askedMs = clock();
  const { SystemTime } = (await dockerOf(engine).info()) as { SystemTime: string };
  return { askedMs, answeredMs: clock(), epochMs: epochMsOf(SystemTime) };
}

/** Parses `2026-11-28T22:01:02.123456789Z` without dropping the digits after the milliseconds, as a Date would. */
export function epochMsOf(time: string): number {
  const beyond = /\.\d{3}(\d+)/.exec(time)?.[1] ?? "0";
  return Date.parse(time) + Number(`0.${beyond}`);
}

/**
 * Samples the drill's machine once a second from its kernel's counters: how busy its processors were, how much of them
 * the hypervisor gave to other machines, and how long tasks waited. Whose work that was is for the judge to decide, who
 * knows what the drill's containers used. Measured cost: less than 1 ms of processor time a second.
 *
 * The counters describe the engine's machine only if the containers run on this kernel, which an engine on another host
 * or in a virtual machine does not do. A kernel is identified by its boot id.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../model/program/failure.ts";
import type { MachineProbe } from "../model/record/probe.ts";
import type { System } from "../system/system.ts";
import { between, type Counters, countersNow, notSampled } from "./machine-counters.ts";

const PERIOD_MS = 1000;
const STOP_WITHIN_MS = 5000;
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** What a sample needs of its environment. */
export interface MachineReaders {
  /** The text of a file below /proc; throws if there is none. */
  read: (path: string) => string;
  /** Processor time of the harness so far. */
  harnessSeconds: () => number;
  /** The boot id of the kernel that the containers run on. */
  containersBootId: () => Promise<string>;
}

/** Starts sampling; the returned function stops it. If there is nothing to read, one line of the record says why. */
export function startMachineProbe(
  { bootId }: Pick<System, "bootId">,
  now: () => number,
  report: (probe: MachineProbe) => void,
): () => Promise<void> {
  return sampleMachine(now, report, {
    read: (path) => readFileSync(path, "utf8"),
    harnessSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    containersBootId: bootId,
  });
}

export function sampleMachine(
  now: () => number,
  report: (probe: MachineProbe) => void,
  readers: MachineReaders,
): () => Promise<void> {
  let last: Counters | null = null;
  const count = () => countersNow(readers.read, readers.harnessSeconds(), now());
  const sample = () => {
    if (last === null) return;
    const next = count();
    report(between(last, next));
    last = next;
  };
  const timer = setInterval(sample, PERIOD_MS);
  const begun = whyNot(readers).then((why) => {
    if (why === null) last = count();
    else report(between(notSampled(now(), why), notSampled(now(), why)));
  });
  return async () => {
    clearInterval(timer);
    // An engine that hangs never reports its machine's boot id.
    await Promise.race([begun, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
    sample();
  };
}

/** Why these counters are not those of the containers' machine; `null` if they are. */
async function whyNot({ read, containersBootId }: MachineReaders): Promise<string | null> {
  try {
    read("/proc/stat");
  } catch {
    return "this system has no /proc/stat";
  }
  try {
    return read(BOOT_ID).trim() === (await containersBootId()).trim()
      ? null
      : "the containers run on another kernel than the harness: on another machine, or in a virtual one";
  } catch (error) {
    return `the machine of the containers is unknown: ${reasonOf(error)}`;
  }
}

/**
 * Samples of a made-up machine: the counters of its kernel and of the drill's containers, by who used what when. Pure.
 */
import { type MachineProbe, type ProbeLine, type ResourceProbe, SAMPLED_COMPONENTS } from "../../model/record/probe.ts";

/** Processors in use, of the whole machine, and the share of time in which tasks waited for one. */
export interface FakeMachine {
  cores?: number;
  /** By the drill's containers together, all of it by A's server; none by default. */
  drill?: (atMs: number) => number;
  harness?: number;
  others?: (atMs: number) => number;
  stolen?: (atMs: number) => number;
  waited?: ((atMs: number) => number) | null;
}

const PERIOD_MS = 1000;
/** Containers are read later than the machine. */
const LATER_MS = 300;
const NONE = () => 0;

export function fakeMachine(fromMs: number, toMs: number, machine: FakeMachine): ProbeLine[] {
  const { cores = 2, drill = NONE, harness = 0.1, others = NONE, stolen = NONE, waited = () => 0.9 } = machine;
  const lines: ProbeLine[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += PERIOD_MS) {
    const perSecond = (of: (atMs: number) => number) => sumOf(of, atMs + PERIOD_MS) - sumOf(of, atMs);
    lines.push({
      ...{ type: "machine", fromMs: atMs, atMs: atMs + PERIOD_MS, cores },
      busySeconds: perSecond((at) => drill(at) + others(at) + harness),
      stolenSeconds: perSecond(stolen),
      harnessSeconds: harness,
      waitedSeconds: { cpu: waited && perSecond(waited), io: 0, memory: 0 },
      why: waited === null ? "no pressure" : null,
    } satisfies MachineProbe);
    for (const part of SAMPLED_COMPONENTS) lines.push(sampled(part, atMs + LATER_MS, part === "hapi-a" ? drill : NONE));
  }
  return lines;
}

function sampled(part: ResourceProbe["part"], atMs: number, used: (atMs: number) => number): ResourceProbe {
  const rest = { memoryBytes: 1, receivedBytes: 0, sentBytes: 0 };
  return { type: "resources", part, atMs, tookMs: 5, cpuSeconds: sumOf(used, atMs), ...rest };
}

const STEP_MS = 100;
/** All counters begin here, before any run. */
const BOOT_MS = -10_000;

/** The sum, in steps within which nothing changes. */
function sumOf(of: (atMs: number) => number, untilMs: number): number {
  let sum = 0;
  for (let at = BOOT_MS; at < untilMs; at += STEP_MS) sum += (of(at) * Math.min(STEP_MS, untilMs - at)) / 1000;
  return sum;
}

/** `value` between the two instants, `otherwise` at all others. */
export function during(fromMs: number, toMs: number, value: number, otherwise = 0): (atMs: number) => number {
  return (atMs) => (atMs >= fromMs && atMs < toMs ? value : otherwise);
}

/**
 * Machine: are the figures the system's, or those of a machine that was busy with other work?
 *
 * Others: the share of all processor time that the drill did not use: what the kernel counts as busy, less what the
 * drill's containers and the harness used. The engine and the kernel itself count as others, since nobody can say for
 * whom they work; on an otherwise idle machine they are all that others consist of.
 * Stolen: the share that the hypervisor gave to other machines.
 * Waited: the share of time in which at least one task waited for a processor, whoever owned it (pressure, PSI). The
 * drill's own tasks wait too, above all while B takes over, and so do those of a component that a fault throttles:
 * waiting alone is no proof of interference. But where no task waited, others were not in the way. The use of a
 * component that was never read counts as used by others. If none was read at all, the engine reports nothing.
 *
 * The judgement covers the time from the baseline to the last write, as the figures do: the whole of it, and the worst
 * 5 s in it, because a burst during the outage is enough to make an RTO the machine's. Set-up and warm-up do not
 * count. Time without samples counts as taken by others. Waiting for disks and memory is measured and not judged: the
 * kernel does not say who made whom wait. On a busy machine a missed RTO, availability or redundancy is inconclusive
 * as well, and not broken. Losses are losses on any machine, and so is a service that never came back.
 *
 * Unit: shares of 1.
 * Inconclusive: others and the hypervisor took a quarter of the whole time or half of the worst 5 s; where the kernel
 * reports pressure, what others took counts only if tasks waited for a processor for at least half of that time. Or
 * the samples contradict each other.
 * Not examined: the machine could not be sampled or was not, no component was ever read, or there is no baseline.
 */
import { seconds, share } from "../model/verdict/told.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import { type MachineUse, type Measures, takenIn } from "../model/verdict/verdict.ts";
import type { Checker, Finding } from "./checker.ts";
import { contradictionIn, coresOf, unknownSeconds, unreadIn, useDuring, worstIn } from "./machine-use.ts";

const WHOLE_TAKEN = 0.25;
const WORST_TAKEN = 0.5;
const WAITED = 0.5;
const WORST_SECONDS = 5;

export const machine: Checker = {
  name: "machine",
  needsTimes: true,
  check: (record, { baseline, loadEndMs }) => {
    const { probes } = record;
    const samples = probes.filter((probe) => probe.type === "machine");
    if (samples.length === 0) return { verdict: "not-examined", reason: "the machine was not sampled" };
    if (baseline === null) return { verdict: "not-examined", reason: "there is no baseline" };
    const cores = coresOf(samples);
    const unsampled = samples.find(({ why }) => why !== null)?.why ?? null;
    if (cores === null) {
      const measures = { machine: { ...UNMEASURED.machine, why: unsampled } };
      return { verdict: "not-examined", reason: `the machine was not sampled: ${unsampled}`, measures };
    }
    const containers = probes.filter((probe) => probe.type === "resources");
    const contradiction = contradictionIn(samples, containers, record.run.host.cores);
    if (contradiction !== null) return { verdict: "inconclusive", reason: contradiction };
    // The components of one's own system are never sampled.
    const unread = record.run.config.own === null ? unreadIn(containers) : ["the system"];
    const whole = { fromMs: baseline.fromMs, toMs: Math.max(baseline.toMs, loadEndMs) };
    const useIn = useDuring(samples, containers, cores, whole);
    const measures: Measures["machine"] = {
      whole: useIn(whole),
      worst: worstIn(useIn, whole, WORST_SECONDS * 1000),
      unknownSeconds: unknownSeconds(samples, whole),
      why: unread.length > 0 ? `what ${unread.join(", ")} used is not known` : unsampled,
    };
    return { ...judged(measures), measures: { machine: measures } };
  },
};

function judged({ whole, worst, unknownSeconds, why }: Measures["machine"]): Finding {
  const evidence = [
    `from the baseline to the last write: ${described(whole)}`,
    `in the worst ${WORST_SECONDS} s, from ${seconds((worst.fromMs ?? 0) / 1000)}: ${described(worst)}`,
    ...(unknownSeconds ? [`no samples for ${seconds(unknownSeconds)}, which counts as taken by others`] : []),
  ];
  const taken = [
    ...(isTaken(whole, WHOLE_TAKEN) ? [`${share(takenIn(whole))} of the processors from the baseline on`] : []),
    ...(isTaken(worst, WORST_TAKEN) ? [`${share(takenIn(worst))} in the worst ${WORST_SECONDS} s`] : []),
  ];
  if (taken.length > 0)
    return {
      verdict: "inconclusive",
      reason: `the machine was busy with other work (${taken.join(", ")}): the times are the machine's, not the system's`,
      evidence,
    };
  return whole.others === null
    ? { verdict: "not-examined", reason: `it is not known who used the processors: ${why}`, evidence }
    : {
        verdict: "holds",
        reason: `others took ${share(takenIn(whole))} of the processors, ${share(takenIn(worst))} in the worst ${WORST_SECONDS} s`,
        evidence,
      };
}

/** If no task waited, others left enough. A task whose processor is stolen waits as well, unseen by its kernel. */
function isTaken(use: MachineUse, limit: number): boolean {
  const waited = use.waitedCpu === null || use.waitedCpu >= WAITED;
  return (waited ? takenIn(use) : (use.stolen ?? 0)) >= limit;
}

function described({ others, stolen, waitedCpu }: MachineUse): string {
  return `others used ${share(others)} of the processors, ${share(stolen)} were stolen, tasks waited for one ${share(waitedCpu)} of the time`;
}

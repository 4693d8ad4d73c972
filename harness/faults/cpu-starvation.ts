/**
 * A part gets too little of a processor, as beside a greedy neighbour: the kernel lets it run for its share of every
 * tenth of a second, and makes it wait for the rest.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultOf } from "../model/fault.ts";
import type { Part, Side } from "../model/side.ts";
import { containerOf, handleOfPart } from "../topology/parts.ts";
import type { Topology } from "../topology/topology.ts";
import type { Fault } from "./fault.ts";

const PERIOD_US = 100_000;
const NO_QUOTA = -1;

const LOOK_MS = 1000;
const REQUESTS = 8;
const BURN = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";

export const cpuStarvation: Fault<FaultOf<"cpu-starvation">> = {
  arm: (topology, { part, cores }) => ({
    inject: () => setQuota(topology, part, quotaOf(cores)),
    /** An idle part is never made to wait, so it is given work, and bites when the kernel then counts more waiting. */
    evidence: async () => {
      const before = await timesMadeToWait(topology, part);
      // Not awaited: starved, it takes long.
      void giveWork(topology, part).catch(() => {});
      await sleep(LOOK_MS);
      const after = await timesMadeToWait(topology, part);
      return {
        bit: after > before,
        gone: after === before,
        detail: { part, timesMadeToWait: after - before, withinMs: LOOK_MS },
      };
    },
    /**
     * That the kernel still has its order, by the engine's word; and how often it has made the part wait by now. To see that
     * it does so for certain takes work, which a starved part has enough of.
     */
    recheck: async () => {
      const { HostConfig, State } = await handleOfPart(topology, part).inspect();
      const { CpuQuota } = HostConfig;
      const timesMadeToWaitSoFar = State.Running ? await timesMadeToWait(topology, part) : null;
      return { bit: CpuQuota === quotaOf(cores), detail: { part, quotaUs: CpuQuota, timesMadeToWaitSoFar } };
    },
    heal: () => setQuota(topology, part, NO_QUOTA),
  }),
};

function quotaOf(cores: number): number {
  return Math.round(cores * PERIOD_US);
}

async function setQuota(topology: Topology, part: Part, quotaUs: number): Promise<void> {
  await handleOfPart(topology, part).update({ CpuPeriod: PERIOD_US, CpuQuota: quotaUs });
}

/** By the engine's word, which reads the kernel's counter in either of its two forms. */
async function timesMadeToWait(topology: Topology, part: Part): Promise<number> {
  const { cpu_stats } = await handleOfPart(topology, part).stats({ stream: false, "one-shot": true });
  return cpu_stats.throttling_data.throttled_periods;
}

/** Some tenths of a second of it. In the published image of the FHIR server there is no shell to give it to. */
async function giveWork(topology: Topology, part: Part): Promise<unknown> {
  if (!part.startsWith("hapi-")) return containerOf(topology, part).exec(["sh", "-c", BURN]);
  const hapi = topology.hapi[part.at(-1) as Side];
  return Promise.all(Array.from({ length: REQUESTS }, async () => (await hapi.request("metadata")).text()));
}

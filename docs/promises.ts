/** What the retired managed service promised about disaster recovery, row by row, and the drill for each promise. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { markdownHead, markdownLine } from "../harness/report/figures/text.ts";

interface Promised {
  number: number;
  what: string;
  /** Scenario and configuration; `null` if it has not been drilled yet. */
  drill: readonly [scenario: string, config: string] | null;
  /** Where its verdict has the answer. */
  seenIn: string;
}

export const PROMISES: readonly Promised[] = [
  {
    number: 1,
    what: "Objectives: at most the last 15 minutes of writes are lost (RPO), and service is back within 60 minutes (RTO)",
    drill: ["region-loss", "async"],
    seenIn: "`rpo` and `rto`, against the objectives of the configuration",
  },
  {
    number: 2,
    what: "Replication begins when it is switched on, and its first copy takes minutes to hours, by volume",
    drill: ["initial-replication", "async"],
    seenIn: "`initial-replication`; the curve over the volume is in [BENCHMARKS.md](../BENCHMARKS.md)",
  },
  {
    number: 3,
    what: "Both regions need the same throughput",
    drill: ["undersized-standby", "async"],
    seenIn: "`latency` after the failover, and `replication-lag` before it",
  },
  {
    number: 4,
    what: "A regional outage is failed over automatically; clients keep their address",
    drill: ["region-loss", "async"],
    seenIn: "`lost-writes`, `downtime`, and `rto` split into detect, switch, resume",
  },
  {
    number: 5,
    what: "Further steps may be needed after the failover",
    drill: ["affected-region-recovery", "async"],
    seenIn: "the events of the run page: each step of the operator with its time",
  },
  {
    number: 6,
    what: "The region that was lost becomes the secondary when it is back, and replication begins again",
    drill: ["affected-region-recovery", "async"],
    seenIn: "`stranded-saved`, `redundancy`, `divergence`",
  },
  {
    number: 7,
    what: "While a region's compute is back and its data is not, latency between the regions is felt",
    drill: ["cross-region", "async"],
    seenIn: "`across-regions`",
  },
  {
    number: 8,
    what: "Failback: compute goes back automatically, data by a script that somebody starts",
    drill: ["planned-failback", "async"],
    seenIn: "`switchover` and `lost-writes`",
  },
  {
    number: 9,
    what: "Private link: clients of both networks go on through the outage and the failback",
    drill: ["private-link-failback", "private-link"],
    seenIn: "`client-networks` ([private-link.md](private-link.md))",
  },
  {
    number: 10,
    what: "Customer-managed keys: access lasts while the vault can be reached; to connect again takes up to 20 minutes",
    drill: ["vault-partition", "vault-certificates"],
    seenIn: "`vault-return`, `access-ends` and `stolen-data` ([customer-keys.md](customer-keys.md))",
  },
  {
    number: 11,
    what: "$export: a job is picked up by the other region after 10 minutes without progress",
    drill: ["export-across-failover", "async"],
    seenIn: "`bulk-export` ([bulk-export.md](bulk-export.md))",
  },
  {
    number: 12,
    what: "Devices: connections that there were end; a new one works after the failover, and survives the failback",
    drill: ["devices-region-return", "devices"],
    seenIn: "`device-connections` and `device-messages` ([devices.md](devices.md))",
  },
  {
    number: 13,
    what: "A test of all that: plan, failover, its confirmation, tests, data loss and latency on record, failback",
    drill: ["full-circle", "async"],
    seenIn: "`plan` before, the verdict and the run page after, with a place to sign",
  },
  {
    number: 14,
    what: "Such a test doubles the cost while it lasts",
    drill: ["region-loss", "async"],
    seenIn: "what each site used, and what the second one adds, in the verdict",
  },
  {
    number: 15,
    what: "All of it is under the service level agreement",
    drill: ["region-loss", "sync"],
    seenIn: "`availability`, and the error budget that the run spent",
  },
];

const WordSchema = z.object({ verdict: z.enum(["holds", "broken", "inconclusive"]) });

/** `measured`: the folder of the stored verdicts, by scenario and configuration. */
export function promisesTable(measured: string, promises: readonly Promised[] = PROMISES): string {
  const lines = promises.map(({ number, what, drill, seenIn }) =>
    markdownLine([String(number), what, drill === null ? "not drilled yet" : newestOf(measured, drill), seenIn]),
  );
  return [...markdownHead(["", "promised", "drill, and its newest verdict", "where the answer stands"]), ...lines].join(
    "\n",
  );
}

/** The newest run, by the time at the start of its folder's name. Throws if there is none. */
function newestOf(measured: string, [scenario, config]: readonly [string, string]): string {
  const folder = join(measured, scenario, config);
  const [run] = readdirSync(folder).toSorted().reverse();
  if (run === undefined) throw new Error(`measured/ has no run of ${scenario} × ${config}`);
  const { verdict } = WordSchema.parse(JSON.parse(readFileSync(join(folder, run, "verdict.json"), "utf8")));
  const word = verdict === "holds" ? verdict : `**${verdict}**`;
  return `\`${scenario} --config ${config}\`: [${word}](../measured/${scenario}/${config}/${run}/verdict.json), ${run.slice(0, 10)}`;
}

/**
 * Told capabilities: every lab has these, so a run of one that is said to lack them has a shortened list, which would keep
 * checkers from being asked. Of one's own system the content can be read, and nobody of ours runs its parts: a run that says
 * otherwise is not of the system that it names.
 */
import type { Capability } from "../model/plan/capability.ts";
import type { RunRecord } from "../model/record/record.ts";
import { capabilitiesIn } from "../model/record/run.ts";

/** What checkers need that every lab has, but for the last under Patroni. */
const ALWAYS: readonly Capability[] = ["hapi", "postgres", "replication"];
const OF_LABS_ONLY: readonly Capability[] = ["hapi", "postgres", "replication", "proxy", "links"];

/** What is wrong with them, a sentence each. */
export function wrongCapabilities({ run }: RunRecord): string[] {
  const { capabilities, record, config } = run;
  if (capabilities === undefined) return record >= 3 ? ["run.json does not say what the system could do"] : [];
  if (config.own !== null)
    return [
      ...(capabilities.includes("content") ? [] : ["run.json says that nobody could read what the system holds"]),
      ...OF_LABS_ONLY.filter((each) => capabilities.includes(each)).map(
        (each) => `run.json says that one's own system had ${each}, which a lab has only`,
      ),
    ];
  const ofLab = capabilitiesIn({ config });
  return ALWAYS.filter((each) => ofLab.has(each) && !capabilities.includes(each)).map(
    (each) => `run.json says that the system had no ${each}, and every such lab has`,
  );
}

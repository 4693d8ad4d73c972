/**
 * Told capabilities: every lab has these, so a run of one that is said to lack them has a shortened list, which would keep
 * checkers from being asked.
 */
import type { Capability } from "../model/plan/capability.ts";
import type { RunRecord } from "../model/record/record.ts";
import { capabilitiesIn } from "../model/record/run.ts";

/** What checkers need that every lab has, but for the last under Patroni. */
const ALWAYS: readonly Capability[] = ["hapi", "postgres", "replication"];

/** What is wrong with them, a sentence each. */
export function wrongCapabilities({ run }: RunRecord): string[] {
  const { capabilities, record, config } = run;
  if (capabilities === undefined) return record >= 3 ? ["run.json does not say what the system could do"] : [];
  const ofLab = capabilitiesIn({ config });
  return ALWAYS.filter((each) => ofLab.has(each) && !capabilities.includes(each)).map(
    (each) => `run.json says that the system had no ${each}, and every such lab has`,
  );
}

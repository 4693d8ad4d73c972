/**
 * Recorded capabilities: every lab has these. The record of a lab that lacks one has a shortened list, which would
 * keep checkers from being asked. One's own system can have its content read, and none of its components are run by
 * the drill: a record that says otherwise is not of the system that it names.
 */
import type { Capability } from "../model/plan/capability.ts";
import type { RunRecord } from "../model/record/record.ts";
import { capabilitiesIn } from "../model/record/run.ts";

/** What checkers need and every lab has, except the last one under Patroni. */
const ALWAYS: readonly Capability[] = ["hapi", "postgres", "replication"];
const OF_LABS_ONLY: readonly Capability[] = ["hapi", "postgres", "replication", "proxy", "links"];

/** What is wrong with them, one sentence each. */
export function wrongCapabilities({ run }: RunRecord): string[] {
  const { capabilities, record, config } = run;
  if (capabilities === undefined) return record >= 3 ? ["run.json does not say what the system could do"] : [];
  if (config.own !== null)
    return [
      ...(capabilities.includes("content") ? [] : ["run.json says that the content of the system could not be read"]),
      ...OF_LABS_ONLY.filter((each) => capabilities.includes(each)).map(
        (each) => `run.json says that one's own system had ${each}, which only a lab has`,
      ),
    ];
  const ofLab = capabilitiesIn({ config });
  return ALWAYS.filter((each) => ofLab.has(each) && !capabilities.includes(each)).map(
    (each) => `run.json says that the system had no ${each}, which every such lab has`,
  );
}

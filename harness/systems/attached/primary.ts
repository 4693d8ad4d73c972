/** Determines the primary of an attached system, by the source that its description names. */
import { z } from "zod";
import type { OwnSystem, Step } from "../../model/plan/own-system.ts";
import { SITES, type SiteName } from "../../model/plan/site.ts";
import { DrillFailure, EXIT, reasonOf } from "../../model/program/failure.ts";
import { primaryBySql } from "../../replication/physical/by-sql.ts";
import type { Said, SelfFailover } from "../../system/self-failover.ts";
import { askMember } from "../lab/patroni/ask.ts";
import { restOf } from "../lab/patroni/rest.ts";
import { firstIssue } from "./issue.ts";
import type { Cluster } from "./kubernetes/cluster.ts";
import { primaryByLabels, primaryOfCnpg } from "./kubernetes/primary.ts";
import type { Reachable } from "./sql.ts";
import { outputOf } from "./step.ts";

type Source = NonNullable<OwnSystem["observe"]["primary"]>;

/** A source that names one of the sites is not asked again for the other site within this time. */
const FRESH_MS = 200;
const ASK_MS = 5000;

const NamedSchema = z.object({ patroni: z.object({ name: z.string() }) });
/** The single line that the program prints. */
const PrimarySchema = z.strictObject({ primary: z.enum(SITES).nullable() });

/** What can be asked, as far as the description has it; else `null`. */
export interface Reached {
  databases: Reachable | null;
  cluster: Cluster | null;
}

/** Asks once; throws if the primary cannot be determined. */
export async function primaryBy(
  source: Source,
  { databases, cluster }: Reached,
  now: () => number,
): Promise<SelfFailover["ask"]> {
  if ("sql" in source) {
    if (databases === null) throw unknown("the description has no database URLs");
    const ask = primaryBySql(databases);
    const answers = await Promise.all(SITES.map(ask));
    if (!answers.some(({ server }) => server?.role === "primary"))
      throw unknown("no database reports that it is the primary");
    return ask;
  }
  if (!("patroni" in source)) {
    const ask = byAnswer(askerOf(source, cluster), now);
    const { server, why } = await ask("a");
    if (server === null) throw unknown(why ?? "it names none");
    return ask;
  }
  const names = await Promise.all(SITES.map((side) => nameAt(source.patroni[side])));
  const nameOf = (side: SiteName) => names[SITES.indexOf(side)] as string;
  return (side, withHistory) => {
    const rest = restOf(async () => source.patroni[side]);
    return askMember(side, rest, { withHistory, nameOf });
  };
}

async function nameAt(url: string): Promise<string> {
  try {
    // A member that is not the leader answers with another status, but also with its name.
    const answer = await fetch(`${url}/patroni`, { signal: AbortSignal.timeout(ASK_MS) });
    return NamedSchema.parse(await answer.json()).patroni.name;
  } catch (error) {
    const cause = error instanceof z.ZodError ? firstIssue(error) : reasonOf((error as Error).cause ?? error);
    throw unknown(`${url}/patroni: ${cause}`);
  }
}

function unknown(why: string): DrillFailure {
  const text = {
    what: "the primary cannot be determined",
    why,
    todo: "correct observe.primary in the description of the system, or omit it: then the RTO is not split",
  };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}

/** Resolves with `null` while there is no primary; rejects if that is unknown. */
type AskPrimary = () => Promise<SiteName | null>;

function askerOf(
  source: Exclude<Source, { sql: unknown } | { patroni: unknown }>,
  cluster: Cluster | null,
): AskPrimary {
  if ("run" in source) return () => printed(source.run);
  if (cluster === null) throw unknown("the description has no Kubernetes cluster");
  if ("cnpg" in source) return () => primaryOfCnpg(cluster, source.cnpg);
  return () => primaryByLabels(cluster, source.pods);
}

/** The source names the primary but no timeline: each change of its answer starts a new one. */
function byAnswer(askPrimary: AskPrimary, now: () => number): SelfFailover["ask"] {
  let last: { atMs: number; answer: Promise<SiteName | null> } | null = null;
  let [primary, timeline]: [SiteName | null, number] = [null, 0];
  const asked = () => {
    if (last === null || now() - last.atMs > FRESH_MS) last = { atMs: now(), answer: askPrimary() };
    return last.answer;
  };
  return async (side): Promise<Said> => {
    try {
      const named = await asked();
      if (named !== null && named !== primary) [primary, timeline] = [named, timeline + 1];
      const role = named === null ? "unknown" : named === side ? "primary" : "replica";
      const server = named === null ? null : ({ role, state: "told", timeline } as const);
      return { server, lock: { holder: named }, lagBytes: null, why: named === null ? "it names no primary" : null };
    } catch (error) {
      return { server: null, lock: null, lagBytes: null, why: reasonOf(error) };
    }
  };
}

async function printed(step: Step): Promise<SiteName | null> {
  return PrimarySchema.parse(JSON.parse(await outputOf(step))).primary;
}

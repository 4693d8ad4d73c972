/** Who is the primary of an own system, by what its description says knows it. */
import { z } from "zod";
import type { OwnSystem, Step } from "../../model/plan/own-system.ts";
import { SITES, type SiteName } from "../../model/plan/site.ts";
import { DrillFailure, EXIT, reasonOf } from "../../model/program/failure.ts";
import type { Said, SelfFailover } from "../../system/self-failover.ts";
import { askMember } from "../lab/patroni/ask.ts";
import { restOf } from "../lab/patroni/rest.ts";
import { firstIssue } from "./issue.ts";
import type { Cluster } from "./kubernetes/cluster.ts";
import { primaryByLabels, primaryOfCnpg } from "./kubernetes/primary.ts";
import { primaryBySql, type Reachable } from "./sql.ts";
import { outputOf } from "./step.ts";

type Source = NonNullable<OwnSystem["observe"]["primary"]>;

/** Who names one of the sites is not asked again for the other while the answer is so young. */
const FRESH_MS = 200;
const LOOK_MS = 5000;

const NamedSchema = z.object({ patroni: z.object({ name: z.string() }) });
/** The one line that the program prints. */
const PrimarySchema = z.strictObject({ primary: z.enum(SITES).nullable() });

/** Who can be asked, as far as the description says; `null` where it does not. */
export interface Reached {
  databases: Reachable | null;
  cluster: Cluster | null;
}

/** Asks once: throws when nobody can say who the primary is. */
export async function primaryBy(
  source: Source,
  { databases, cluster }: Reached,
  now: () => number,
): Promise<SelfFailover["ask"]> {
  if ("sql" in source) {
    if (databases === null) throw unknown("nobody says how to reach the databases");
    const ask = primaryBySql(databases);
    const said = await Promise.all(SITES.map(ask));
    if (!said.some(({ server }) => server?.role === "primary")) throw unknown("no database calls itself the primary");
    return ask;
  }
  if (!("patroni" in source)) {
    const ask = byWord(wordOf(source, cluster), now);
    const { server, why } = await ask("a");
    if (server === null) throw unknown(why ?? "it names none");
    return ask;
  }
  const names = await Promise.all(SITES.map((side) => nameAt(source.patroni[side])));
  const nameOf = (side: SiteName) => names[SITES.indexOf(side)] as string;
  return (side) =>
    askMember(
      side,
      restOf(async () => source.patroni[side]),
      nameOf,
    );
}

async function nameAt(url: string): Promise<string> {
  try {
    // One that is no leader answers with another status, and says its name all the same.
    const answer = await fetch(`${url}/patroni`, { signal: AbortSignal.timeout(LOOK_MS) });
    return NamedSchema.parse(await answer.json()).patroni.name;
  } catch (error) {
    const cause = error instanceof z.ZodError ? firstIssue(error) : reasonOf((error as Error).cause ?? error);
    throw unknown(`${url}/patroni: ${cause}`);
  }
}

function unknown(why: string): DrillFailure {
  const text = {
    what: "nobody says who the primary is",
    why,
    todo: "correct observe.primary in the description of the system, or leave it out: then the RTO has no parts",
  };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}

/** Resolves with `null` while there is none; rejects where nobody can tell. */
type Word = () => Promise<SiteName | null>;

function wordOf(source: Exclude<Source, { sql: unknown } | { patroni: unknown }>, cluster: Cluster | null): Word {
  if ("run" in source) return () => printed(source.run);
  if (cluster === null) throw unknown("nobody says which cluster it is asked of");
  if ("cnpg" in source) return () => primaryOfCnpg(cluster, source.cnpg);
  return () => primaryByLabels(cluster, source.pods);
}

/** Who is the primary it says, and no timeline: each change of its answer begins another one. */
function byWord(word: Word, now: () => number): SelfFailover["ask"] {
  let last: { atMs: number; answer: Promise<SiteName | null> } | null = null;
  let [primary, timeline]: [SiteName | null, number] = [null, 0];
  const asked = () => {
    if (last === null || now() - last.atMs > FRESH_MS) last = { atMs: now(), answer: word() };
    return last.answer;
  };
  return async (side): Promise<Said> => {
    try {
      const says = await asked();
      if (says !== null && says !== primary) [primary, timeline] = [says, timeline + 1];
      const role = says === null ? "unknown" : says === side ? "primary" : "replica";
      const server = says === null ? null : ({ role, state: "told", timeline } as const);
      return { server, lock: { holder: says }, lagBytes: null, why: says === null ? "it names no primary" : null };
    } catch (error) {
      return { server: null, lock: null, lagBytes: null, why: reasonOf(error) };
    }
  };
}

async function printed(step: Step): Promise<SiteName | null> {
  return PrimarySchema.parse(JSON.parse(await outputOf(step))).primary;
}

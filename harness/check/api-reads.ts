/**
 * Read through the FHIR API: each resource that a client was told of, and each that stood there before the load, asked for
 * by its id when all is over, for so long as there is time for it. What a database holds is not yet what clients get.
 *
 * The order in which they are read is drawn by the seed (`model/wanted-reads.ts`), so that what the time does not suffice
 * for is a random rest. When each of those read is as the database has it, then with 95 % no more of the rest are not than
 * would let that happen once in 20 times: of n that were given, about a share of 3 / n (`stats/rule-of-three.ts`). Older
 * records have a sample that the seed drew. What is wrong with those that were read is told by the checks whose question
 * it is.
 *
 * Unit: resources.
 * Inconclusive: so few were read that more than one in twenty could be wrong, or some of them are not as the database has
 * them, so that nothing is known of the others; some were left out, though not for want of time; or what the serving side
 * holds is not known.
 * Unasked: there was nothing to read.
 */
import { NameTable } from "../model/name-table.ts";
import type { RunRecord } from "../model/record.ts";
import { resourcesToRead, wantedReads } from "../model/wanted-reads.ts";
import { atMost } from "../stats/rule-of-three.ts";
import type { Checker, Finding } from "./checker.ts";
import type { Facts } from "./facts.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

const MOST_UNSEEN = 0.05;
const UNREAD = 0;
const READ = 1;

export const apiReads: Checker = {
  name: "api-reads",
  check: (record, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const { wanted, answered, given, leftOut } = readsOf(record, facts);
    if (wanted === 0) return { verdict: "unasked", reason: "there was nothing to read through the API" };
    const differing = facts.holdings.serving.disagreements.length;
    const rest = wanted - answered;
    const bounded = rest > 0 && differing === 0 && given > 0;
    const most = rest === 0 ? 0 : bounded ? Math.min(rest, atMost(given) * wanted) : null;
    const wrongAtMost = most && Math.floor(most);
    const measures = { reads: { wanted, answered, wrongAtMost } };
    const read = `${answered} of ${wanted} resources were read through the API of ${facts.serving.toUpperCase()}`;
    const doubt = (why: string): Finding => ({ verdict: "inconclusive", reason: `${read}; ${why}`, measures });
    if (leftOut !== null) return doubt(leftOut);
    if (rest === 0) return { verdict: "holds", reason: read, measures };
    if (most === null)
      return doubt(differing > 0 ? `of those ${differing} answers are not what the database has` : "none was given");
    const bound = `with 95 % confidence no more than ${wrongAtMost} of the others are wrong`;
    if (most > MOST_UNSEEN * wanted) return doubt(`too few: ${bound}`);
    return { verdict: "holds", reason: `${read}; ${bound}`, measures };
  },
};

function readsOf({ history, run, audit }: RunRecord, { serving }: Facts) {
  const contents = audit[serving];
  const wanted = resourcesToRead(history, run.scenario);
  const states = new NameTable();
  for (const { name } of wanted) states.set(name, UNREAD);
  let [answered, given] = [0, 0];
  for (let read = 0; read < contents.reads; read += 1) {
    const name = contents.readName[read] as number;
    if (states.get(name) !== UNREAD) continue;
    states.set(name, READ);
    answered += 1;
    if (contents.readStatus[read] === 200) given += 1;
  }
  return { wanted: wanted.length, answered, given, leftOut: leftOut() };

  /** Why those that were not read cannot be the random rest; `null` when they can. Of a sample there is nothing to say. */
  function leftOut(): string | null {
    const end = contents.readsEnd;
    if (end?.wanted === undefined) return null;
    if (end.wanted !== wanted.length) return `its audit wanted to read ${end.wanted}`;
    if (answered === wanted.length) return null;
    if (!((end.tookMs ?? 0) >= (end.withinMs ?? Number.POSITIVE_INFINITY))) return "there was time to read the others";
    const isFirst = wantedReads(history, run.scenario)
      .slice(0, answered)
      .every(({ name }) => states.get(name) === READ);
    return isFirst ? null : "the others are not those that were last in order";
  }
}

/**
 * Read through the FHIR API: each resource that a client was told of, and each that stood there before the load, asked for
 * by its id when all is over, for so long as there is time for it. What a database holds is not yet what clients get.
 *
 * The order in which they are read is drawn by the seed (`model/columns/wanted-reads.ts`), so that what the time does not suffice
 * for is a random rest. When each of those read is as the database has it, then with 95 % no more of the rest are not than
 * would let that happen once in 20 times: of n that were given, about a share of 3 / n (`stats/rule-of-three.ts`). Older
 * records have a sample that the seed drew. What is wrong with those that were read is told by the checks whose question
 * it is.
 *
 * Where FHIR alone is asked, what is not as a client was told is asked for again, until it is the same twice. What was so
 * late is there, and is told with the longest that it took.
 *
 * Unit: resources.
 * Inconclusive: so few were read that more than one in twenty could be wrong, or some of them are not as the database has
 * them, so that nothing is known of the others; some were left out, though not for want of the time that each audit has;
 * nobody wrote down what was given; what was late cannot have been; or what the serving side holds is not known.
 * No objective: there was nothing to read.
 */
import { drawOf, namesToRead, READS_WITHIN_MS } from "../model/columns/wanted-reads.ts";
import type { ReadsEnd } from "../model/record/audit.ts";
import type { RunRecord } from "../model/record/record.ts";
import { atMost } from "../stats/rule-of-three.ts";
import type { Checker, Finding } from "./checker.ts";
import type { Facts } from "./facts.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

const MOST_UNSEEN = 0.05;
const NOT_WANTED = -1;

export const apiReads: Checker = {
  name: "api-reads",
  needs: HOLDINGS_NEED,
  check: (record, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const { wanted, answered, given, leftOut } = readsOf(record, facts);
    if (wanted === 0) return { verdict: "no-objective", reason: "there was nothing to read through the API" };
    const differing = facts.holdings.serving.disagreements.length;
    const rest = wanted - answered;
    const bounded = differing === 0 && given > 0;
    const most = rest === 0 ? 0 : bounded ? Math.min(rest, atMost(given) * wanted) : null;
    const wrongAtMost = most && Math.floor(most);
    const measures = { reads: { wanted, answered, wrongAtMost } };
    const { readsEnd } = record.audit[facts.serving];
    const side = facts.serving.toUpperCase();
    const read = `${answered} of ${wanted} resources were read through the API of ${side}${lateOf(readsEnd)}`;
    const doubt = (why: string): Finding => ({ verdict: "inconclusive", reason: `${read}; ${why}`, measures });
    const why = leftOut ?? whyNeverLate(readsEnd);
    if (why !== null) return doubt(why);
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
  const { order, told } = namesToRead(history, run.scenario);
  const read = new Set<number>();
  let [given, silent] = [0, 0];
  for (let i = 0; i < contents.reads; i += 1) {
    const name = contents.readName[i] as number;
    if (told.get(name) === NOT_WANTED || read.has(name)) continue;
    read.add(name);
    if (contents.readStatus[i] !== 200) continue;
    given += 1;
    if (Number.isNaN(contents.readContent[i]) || Number.isNaN(contents.readRefersTo[i])) silent += 1;
  }
  return { wanted: order.length, answered: read.size, given, leftOut: leftOut() };

  /** Why those that were not read cannot be the random rest; `null` when they can. Of a sample there is nothing to say. */
  function leftOut(): string | null {
    const { wanted, tookMs = 0, withinMs = Number.POSITIVE_INFINITY } = contents.readsEnd ?? {};
    if (wanted === undefined) return run.record < 2 ? null : "its audit does not say how many it wanted to read";
    if (silent > 0) return `of ${silent} nobody wrote down what was given`;
    if (wanted !== order.length) return `its audit wanted to read ${wanted}`;
    if (read.size === order.length) return null;
    if (tookMs < withinMs) return "there was time to read the others";
    // No audit has ever had less, and how long it may take is not its own choice.
    if (withinMs < READS_WITHIN_MS) return `its audit had ${withinMs} ms for them, in place of ${READS_WITHIN_MS}`;
    return areFirst(order, read, run.seed) ? null : "the others are not those that were last in order";
  }
}

/** In words; empty where nothing was. */
function lateOf(end: ReadsEnd | null): string {
  const { count, maxMs } = end?.late ?? { count: 0, maxMs: null };
  return count === 0 ? "" : `, ${count} of them late, by ${((maxMs ?? 0) / 1000).toFixed(1)} s at the most`;
}

/** Why nothing can have been as late as that; `null` where it can. */
function whyNeverLate(end: ReadsEnd | null): string | null {
  const { passes = 1, tookMs = 0, late } = end ?? {};
  if (late === undefined || late.count === 0) return null;
  if (passes < 2) return "what was asked for once cannot have been late";
  return late.maxMs !== null && late.maxMs <= tookMs ? null : "nothing can have been later than all the reading took";
}

/** Whether what was read comes before all that was not. Without a list in that order: it would be one of millions. */
function areFirst(order: readonly number[], read: ReadonlySet<number>, seed: number): boolean {
  const last = { draw: -1, place: -1 };
  const next = { draw: Number.POSITIVE_INFINITY, place: order.length };
  for (const [place, name] of order.entries()) {
    const draw = drawOf(seed, place);
    if (read.has(name) ? draw >= last.draw : draw < next.draw)
      Object.assign(read.has(name) ? last : next, { draw, place });
  }
  return last.draw < next.draw || (last.draw === next.draw && last.place < next.place);
}

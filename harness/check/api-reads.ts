/**
 * API reads: every resource that a client knows of, and every one that existed before the load, is read by its id
 * through the FHIR API at the end of the run, as far as time allows. What a database holds is not yet what clients get.
 *
 * The seed draws the order of the reads (`model/columns/wanted-reads.ts`), so what is left out for want of time is a
 * random rest. If all resources that were read agree with the database, a bound on the rest follows with 95 %
 * confidence: after n agreeing reads at most a share of about 3 / n is wrong (`stats/rule-of-three.ts`). Older records
 * have a sample drawn by the seed. Defects of the resources that were read are reported by the checks that ask about
 * them.
 *
 * On a system that is read through FHIR alone, a resource that differs from what its client knows is read again, until
 * two reads agree. A resource that came late in this way counts as present; the longest delay is reported.
 *
 * Unit: resources.
 * Inconclusive: so few were read that more than one in twenty could be wrong, or some of them differ from the database,
 * so that nothing is known of the others; some were left out although the time of every audit was not used up; what was
 * given was not recorded; a recorded delay is impossible; or what the serving site holds is not known.
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
    const site = facts.serving.toUpperCase();
    const read = `${answered} of ${wanted} resources were read through the API of ${site}${lateOf(readsEnd)}`;
    const doubt = (why: string): Finding => ({ verdict: "inconclusive", reason: `${read}; ${why}`, measures });
    const why = leftOut ?? whyNeverLate(readsEnd);
    if (why !== null) return doubt(why);
    if (rest === 0) return { verdict: "holds", reason: read, measures };
    if (most === null)
      return doubt(
        differing > 0 ? `${differing} of these answers differ from the database` : "no resource was returned",
      );
    const bound = `with 95 % confidence no more than ${wrongAtMost} of the others are wrong`;
    if (most > MOST_UNSEEN * wanted) return doubt(`too few: ${bound}`);
    return { verdict: "holds", reason: `${read}; ${bound}`, measures };
  },
};

function readsOf({ history, run, audit }: RunRecord, { serving }: Facts) {
  const contents = audit[serving];
  const { order, told: wantedNames } = namesToRead(history, run.scenario);
  const read = new Set<number>();
  let [given, silent] = [0, 0];
  for (let i = 0; i < contents.reads; i += 1) {
    const name = contents.readName[i] as number;
    if (wantedNames.get(name) === NOT_WANTED || read.has(name)) continue;
    read.add(name);
    if (contents.readStatus[i] !== 200) continue;
    given += 1;
    if (Number.isNaN(contents.readContent[i]) || Number.isNaN(contents.readRefersTo[i])) silent += 1;
  }
  return { wanted: order.length, answered: read.size, given, leftOut: leftOut() };

  /** Why the unread ones cannot be the random rest; `null` when they can, and for a sample. */
  function leftOut(): string | null {
    const { wanted, tookMs = 0, withinMs = Number.POSITIVE_INFINITY } = contents.readsEnd ?? {};
    if (wanted === undefined) return run.record < 2 ? null : "its audit does not record how many it wanted to read";
    if (silent > 0) return `for ${silent} of them it was not recorded what was given`;
    if (wanted !== order.length) return `its audit wanted to read ${wanted}`;
    if (read.size === order.length) return null;
    if (tookMs < withinMs) return "there was time to read the others";
    // No audit ever had less time, and an audit does not choose its own limit.
    if (withinMs < READS_WITHIN_MS) return `its audit had ${withinMs} ms for them, instead of ${READS_WITHIN_MS}`;
    return areFirst(order, read, run.seed) ? null : "the others are not the last in the drawn order";
  }
}

/** Describes late answers; empty if there were none. */
function lateOf(end: ReadsEnd | null): string {
  const { count, maxMs } = end?.late ?? { count: 0, maxMs: null };
  return count === 0 ? "" : `, ${count} of them late, by ${((maxMs ?? 0) / 1000).toFixed(1)} s at most`;
}

/** Why the recorded delay is impossible; `null` if it is possible. */
function whyNeverLate(end: ReadsEnd | null): string | null {
  const { passes = 1, tookMs = 0, late } = end ?? {};
  if (late === undefined || late.count === 0) return null;
  if (passes < 2) return "a resource that was read only once cannot have been late";
  return late.maxMs !== null && late.maxMs <= tookMs ? null : "no delay can be longer than all the reading took";
}

/** Whether all that was read comes before all that was not. Does not sort: the list may have millions of entries. */
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

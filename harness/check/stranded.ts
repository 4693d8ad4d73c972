/**
 * Stranded: a write that is not on the serving side, and that can still be brought back with the content that was sent:
 * the old primary holds it as it stands at the end, or it was saved in `stranded.json` before that side was overwritten.
 * That a side held it when it came back is no help to anybody once the side was overwritten and nothing was saved.
 */

import type { Contents } from "../model/columns/contents.ts";
import { type History, OK } from "../model/columns/history.ts";
import { writeNumber } from "../model/load/write.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { SavedVersion } from "../model/record/stranded.ts";
import type { Facts } from "./facts.ts";
import { contentsSent, type Sent } from "./sent-content.ts";
import { WHOLE } from "./survivors.ts";

export interface Stranded {
  /** Why nobody can say; `null` when it is known. */
  unknown: string | null;
  /** Of a write that is not whole on the serving side, by its place in the history. */
  isStranded: (i: number) => boolean;
}

/** A version of a resource that somebody holds; NaN for no content and no reference. */
interface Version {
  name: number;
  version: number;
  content: number;
  refersTo: number;
}

export function strandedOf(record: RunRecord, facts: Facts): Stranded {
  const { run, history, audit, saved } = record;
  const [serving, other] = [audit[facts.serving], audit[facts.other]];
  const { isServed } = facts.holdings.serving;
  const savedBy = Map.groupBy(saved ?? [], ({ write }) => writeNumber(run.seed, write));
  const isStranded = (i: number) => {
    const n = history.n[i] as number;
    const versions = [
      ...versionsIn(other, n, (row) => other.deleted[row] === 0),
      ...(savedBy.get(n) ?? []).map((version) => versionOf(version, record)),
      // Of a transaction that was torn, the rest is enough.
      ...versionsIn(serving, n, isServed),
    ];
    return isWhole(contentsSent(run, n), versions, history, i);
  };
  return { unknown: whyUnknown(record, facts), isStranded };
}

/** Steps after which a side that was lost and becomes a follower may be overwritten. */
const OVERWRITES = ["saved", "copied", "following", "restarted", "done"];

export function isOverwritten(events: readonly DrillEvent[], side: SiteName): boolean {
  return events.some(
    (event) =>
      event.type === "operator" && event.plan === "rebuild" && event.side === side && OVERWRITES.includes(event.step),
  );
}

/** Sites of which the record knows, by whatever trace, that they were lost and came back. */
export function sidesThatCameBack({ events, returned, saved }: RunRecord): SiteName[] {
  return SITES.filter(
    (side) =>
      returned.some((contents) => contents.side === side) ||
      saved?.some((version) => version.side === side) ||
      isOverwritten(events, side),
  );
}

/** What a side held each time it came back is known: as often as it was saved, to the end, and no row twice. */
export function isReturnKnown({ events, returned }: RunRecord, side: SiteName): boolean {
  const isKnown = ({ rowsComplete, rows, pid }: Contents) =>
    rowsComplete && new Set(pid.subarray(0, rows)).size === rows;
  const whole = returned.filter((contents) => contents.side === side && isKnown(contents)).length;
  const times = events.filter((event) => event.type === "operator" && event.step === "saved" && event.side === side);
  return whole >= Math.max(1, times.length);
}

function whyUnknown(record: RunRecord, facts: Facts): string | null {
  const { holdings, other } = facts;
  if (record.run.config.own !== null) return "only what clients are served was read";
  if (!holdings.other.complete) return `what ${other.toUpperCase()} holds is not known`;
  // Patroni rewinds a side that comes back, and saves nothing: what the side holds by then is all there is.
  if (record.run.config.patroni !== null) return null;
  const back = sidesThatCameBack(record);
  if (record.saved === null) return "stranded.json cannot be read";
  for (const side of back)
    if (!isReturnKnown(record, side)) return `what ${side.toUpperCase()} held when it came back is not known`;
  return back.includes(other) ? null : whyOverwritten(record, facts);
}

/**
 * A side that holds what the other one acknowledged follows it; if it has nothing any more of what it acknowledged itself
 * and the other lacks, it was overwritten. Nobody says when, nor what became of it.
 */
function whyOverwritten({ history, audit }: RunRecord, { serving, other, holdings }: Facts): string | null {
  let [follows, missing] = [false, 0];
  for (let i = 0; i < history.length; i += 1) {
    if (history.outcome[i] !== OK) continue;
    const [by, isThere] = [history.servedByAt(i), holdings.serving.fates[i] === WHOLE];
    if (by === serving && isThere && holdings.other.fates[i] === WHOLE) follows = true;
    if (by === other && !isThere && audit[other].lastRowOf(history.n[i] as number) < 0) missing += 1;
  }
  if (!follows || missing === 0) return null;
  return `${other.toUpperCase()} has nothing any more of ${missing} lost writes that it acknowledged, and nobody says why`;
}

function versionsIn(contents: Contents, n: number, isHeld: (row: number) => boolean): Version[] {
  const { name, version, content, refersTo } = contents;
  return contents.rowsOf(n).flatMap((row): Version[] => {
    if (!isHeld(row)) return [];
    const at = (column: ArrayLike<number>) => column[row] as number;
    return [{ name: at(name), version: at(version), content: at(content), refersTo: at(refersTo) }];
  });
}

function versionOf({ resource, version, content, refersTo }: SavedVersion, { history: { names } }: RunRecord): Version {
  return {
    ...{ name: names.code(resource), version, content: content ?? Number.NaN },
    refersTo: refersTo === null ? Number.NaN : names.code(refersTo),
  };
}

/** Each resource that was sent is among the versions: as it was acknowledged, or all of them of one patient. */
function isWhole(sent: readonly Sent[], versions: readonly Version[], history: History, i: number): boolean {
  const from = history.storedFrom(i);
  const says = ({ content, refers }: Sent, version: Version, patient: number) =>
    version.content === content && (refers ? version.refersTo === patient : Number.isNaN(version.refersTo));
  if (history.outcome[i] === OK && history.storedFrom(i + 1) - from === sent.length) {
    const [names, least] = [history.storedName, history.storedVersion];
    return sent.every((each, place) =>
      versions.some(
        (version) =>
          version.name === names[from + place] &&
          version.version >= (least[from + place] as number) &&
          says(each, version, names[from] as number),
      ),
    );
  }
  return versions.some(({ name }) => sent.every((each) => versions.some((version) => says(each, version, name))));
}

/**
 * Stranded: a write that the serving site lacks and that can still be brought back with the content that was sent: the old
 * primary holds it at the end, or it was saved to `stranded.json` before that site was overwritten. A write that a site held
 * when it came back, and that was overwritten without being saved, is not stranded but gone.
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
  /** Why it is not known; `null` when it is known. */
  unknown: string | null;
  /** For a write that is incomplete on the serving site, by its index in the history. */
  isStranded: (i: number) => boolean;
}

/** A version of a resource on a site or in `stranded.json`; NaN for no content and no reference. */
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
      // A torn transaction needs only the part that is missing.
      ...versionsIn(serving, n, isServed),
    ];
    return isWhole(contentsSent(run, n), versions, history, i);
  };
  return { unknown: whyUnknown(record, facts), isStranded };
}

/** Steps after which a lost site that becomes a follower may be overwritten. */
const OVERWRITES = ["saved", "copied", "following", "restarted", "done"];

export function isOverwritten(events: readonly DrillEvent[], side: SiteName): boolean {
  return events.some(
    (event) =>
      event.type === "operator" && event.plan === "rebuild" && event.side === side && OVERWRITES.includes(event.step),
  );
}

/** Sites that were lost and came back, by any trace in the record. */
export function sitesThatCameBack({ events, returned, saved }: RunRecord): SiteName[] {
  return SITES.filter(
    (side) =>
      returned.some((contents) => contents.side === side) ||
      saved?.some((version) => version.side === side) ||
      isOverwritten(events, side),
  );
}

/** Whether the record has what a site held each time it came back: one complete audit per saving, and no row twice. */
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
  // Patroni rewinds a site that comes back, and saves nothing: what the site holds afterwards is all there is.
  if (record.run.config.patroni !== null) return null;
  const back = sitesThatCameBack(record);
  if (record.saved === null) return "stranded.json cannot be read";
  for (const side of back)
    if (!isReturnKnown(record, side)) return `what ${side.toUpperCase()} held when it came back is not known`;
  return back.includes(other) ? null : whyOverwritten(record, facts);
}

/**
 * A site that holds what the other one acknowledged follows it. If it no longer holds writes that it acknowledged itself and
 * the other one lacks, it was overwritten, and the record does not say when, nor what became of these writes.
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
  return `${other.toUpperCase()} no longer holds ${missing} lost writes that it acknowledged, and the record does not say why`;
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

/** Whether every resource that was sent is among the versions: as acknowledged, or all for one patient. */
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

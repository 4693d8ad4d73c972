/** What became of each write that was lost or stranded, as far as the record tells it. Pure. */
import type { Facts } from "../check/facts.ts";
import { ABSENT, type Holdings, TORN, WHOLE } from "../check/survivors.ts";
import { whatServingHolds } from "../check/unknown-holdings.ts";
import type { Contents } from "../model/contents.ts";
import { OK } from "../model/history.ts";
import type { Operation } from "../model/operation.ts";
import type { RunRecord } from "../model/record.ts";
import type { SavedVersion } from "../model/stranded.ts";

/** More than anybody reads; the ids of all lost writes are in `verdict.json`. */
export const SHOWN = 1000;

/** `stranded`: another side holds it, or held it when it came back. */
export type Fate = "gone" | "stranded" | "stranded, never acknowledged" | "not known";

export interface Story {
  operation: Operation;
  fate: Fate;
  /** Where it is and where it was, a line for each place that was looked at. */
  places: string[];
}

export interface Stories {
  lost: number;
  /** Never acknowledged, not on the serving side, and on another one. */
  neverAcknowledged: number;
  /** The first of both together, in the order of sending. */
  shown: Story[];
}

/** The reason when it is not known what the serving side holds. */
export function storiesOf(record: RunRecord, facts: Facts): Stories | string {
  const { history, saved } = record;
  const unknown = whatServingHolds(facts);
  if (unknown !== null) return unknown.reason;
  const { serving, other, returned } = facts.holdings;
  const elsewhere = [other, ...returned];
  const savedBy = Map.groupBy(saved ?? [], ({ write }) => write);
  const api = readsByWrite(record.audit[facts.serving]);
  const stories: Stories = { lost: 0, neverAcknowledged: 0, shown: [] };
  for (let i = 0; i < history.length; i += 1) {
    if (serving.fates[i] === WHOLE) continue;
    const acknowledged = history.outcome[i] === OK;
    const isElsewhere = elsewhere.some(({ fates }) => fates[i] === WHOLE);
    if (acknowledged) stories.lost += 1;
    else if (isElsewhere && serving.fates[i] === ABSENT) stories.neverAcknowledged += 1;
    else continue;
    if (stories.shown.length === SHOWN) continue;
    const fate: Fate = isElsewhere
      ? acknowledged
        ? "stranded"
        : "stranded, never acknowledged"
      : elsewhere.every(({ complete }) => complete)
        ? "gone"
        : "not known";
    const operation = history.at(i);
    const asked = api.get(operation.n) ?? [];
    const places = [
      `${name(facts.serving)} at the end: ${[told(record.audit[facts.serving], serving, i, operation.n), ...asked].join("; ")}`,
      `${name(facts.other)} at the end: ${told(record.audit[facts.other], other, i, operation.n)}`,
      ...record.returned.map((contents, place) => {
        const held = told(contents, returned[place] as Holdings, i, operation.n);
        return `${name(contents.side)} when it came back: ${held}`;
      }),
      ...savedText(record, savedBy.get(operation.write) ?? []),
    ];
    stories.shown.push({ operation, fate, places });
  }
  return stories;
}

const name = (side: string) => side.toUpperCase();

function told(contents: Contents, { complete, unreadable, fates }: Holdings, i: number, n: number): string {
  if (!complete) return `not known, ${unreadable ?? "the audit is not whole"}`;
  if (fates[i] === ABSENT) return "not there";
  const rows = contents.rowsOf(n).map((row) => `${contents.resourceAt(row)}/${contents.version[row]}`);
  return `${fates[i] === TORN ? "in part" : "there"}${rows.length > 0 ? ` as ${rows.join(" ")}` : ""}`;
}

/** The operator saves what a side held when it came back; where none did, there is nothing to say. */
function savedText({ returned, saved }: RunRecord, versions: readonly SavedVersion[]): string[] {
  if (returned.length === 0) return [];
  if (saved === null) return ["stranded.json cannot be read"];
  if (versions.length === 0) return ["not in stranded.json"];
  return [`saved in stranded.json as ${versions.map(({ resource, version }) => `${resource}/${version}`).join(" ")}`];
}

function readsByWrite({ reads, readN, readName, readStatus, names }: Contents): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (let read = 0; read < reads; read += 1) {
    const text = `its API said ${readStatus[read]} to ${names.name(readName[read] as number)}`;
    const n = readN[read] as number;
    found.set(n, [...(found.get(n) ?? []), text]);
  }
  return found;
}

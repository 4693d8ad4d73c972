/** What became of each lost or stranded write, as far as the record shows. Pure. */
import type { Facts } from "../../check/facts.ts";
import { strandedOf } from "../../check/stranded.ts";
import { ABSENT, type Holdings, TORN, WHOLE } from "../../check/survivors.ts";
import { whatServingHolds } from "../../check/unknown-holdings.ts";
import type { Contents } from "../../model/columns/contents.ts";
import type { Operation } from "../../model/columns/operation.ts";
import type { RunRecord } from "../../model/record/record.ts";
import type { SavedVersion } from "../../model/record/stranded.ts";
import type { WalLine } from "../../model/record/wal.ts";

/** More than anyone reads. `verdict.json` has the ids of all lost writes. */
export const SHOWN = 1000;

/** `stranded`: another site holds it, or it was saved before that site was overwritten. */
export type Fate = "gone" | "stranded" | "stranded, never acknowledged" | "not known";

export interface Story {
  operation: Operation;
  fate: Fate;
  /** Where it is and was: one line per place that was checked. */
  places: string[];
}

export interface Stories {
  lost: number;
  /** Never acknowledged, and only on another site than the serving one. */
  neverAcknowledged: number;
  /** The first lost and never acknowledged ones together, in order of sending. */
  shown: Story[];
}

/** Returns the reason if it is not known what the serving site holds. */
export function storiesOf(record: RunRecord, facts: Facts): Stories | string {
  const { history, saved } = record;
  const unknown = whatServingHolds(facts);
  if (unknown !== null) return unknown.reason;
  const { serving, other, returned } = facts.holdings;
  const { unknown: notKnown, isStranded } = strandedOf(record, facts);
  const savedBy = Map.groupBy(saved ?? [], ({ write }) => write);
  const api = answersByName(record.audit[facts.serving]);
  const stories: Stories = { lost: 0, neverAcknowledged: 0, shown: [] };
  for (let i = 0; i < history.length; i += 1) {
    if (serving.fates[i] === WHOLE) continue;
    const acknowledged = history.wasToldDone(i);
    const stranded = (acknowledged || serving.fates[i] === ABSENT) && isStranded(i);
    if (acknowledged) stories.lost += 1;
    else if (stranded) stories.neverAcknowledged += 1;
    else continue;
    if (stories.shown.length === SHOWN) continue;
    const fate: Fate = !acknowledged
      ? "stranded, never acknowledged"
      : stranded
        ? "stranded"
        : notKnown === null
          ? "gone"
          : "not known";
    const operation = history.at(i);
    const held = (contents: Contents, holdings: Holdings) => heldText(contents, holdings, i, operation);
    const stored = history.storedName.subarray(history.storedFrom(i), history.storedFrom(i + 1));
    const answers = [...new Set(Array.from(stored).flatMap((name) => [...(api.get(name) ?? [])]))].join(", ");
    const answered = answers === "" ? "" : `, and its API answered ${answers}`;
    const places = [
      `${name(facts.serving)} at the end: ${held(record.audit[facts.serving], serving)}${answered}`,
      `${name(facts.other)} at the end: ${held(record.audit[facts.other], other)}`,
      ...record.returned.map(
        (contents, place) => `${name(contents.side)} when it came back: ${held(contents, returned[place] as Holdings)}`,
      ),
      ...record.wal.map((line) => namedText(line, operation)),
      ...savedText(record, savedBy.get(operation.write) ?? [], operation),
    ];
    stories.shown.push({ operation, fate, places });
  }
  return stories;
}

const name = (site: string) => site.toUpperCase();

function heldText(
  contents: Contents,
  { complete, unreadable, fates }: Holdings,
  i: number,
  { n, stored }: Operation,
): string {
  if (!complete) return `not known, ${unreadable ?? "the audit is incomplete"}`;
  if (fates[i] === ABSENT) return "not there";
  const versions = contents.rowsOf(n).map((row) => `${contents.resourceAt(row)}/${contents.version[row]}`);
  return `${fates[i] === TORN ? "in part" : "there"}${asStored(versions, stored)}`;
}

/** What a lost site's log held before its database was restarted, or what its archive held at the end. */
function namedText(line: WalLine, { write }: Operation): string {
  const where = line.of === "own" ? "log when it came back" : "archive at the end";
  const what =
    line.type === "unreadable" ? `not known, ${line.why}` : line.writes.includes(write) ? "there" : "not there";
  return `${name(line.side)}'s ${where}: ${what}`;
}

/** The operator saves what a site holds when it comes back; empty if no site came back. */
function savedText({ returned, saved }: RunRecord, found: readonly SavedVersion[], { stored }: Operation): string[] {
  if (returned.length === 0) return [];
  if (saved === null) return ["stranded.json cannot be read"];
  if (found.length === 0) return ["not in stranded.json"];
  const versions = found.map(({ resource, version }) => `${resource}/${version}`);
  return [`saved in stranded.json${asStored(versions, stored)}`];
}

/** The acknowledged versions are in the same row, so the stored ones are named only if they differ. */
function asStored(versions: readonly string[], stored: readonly string[]): string {
  if (versions.length === 0) return "";
  const isSame = versions.toSorted().join() === stored.toSorted().join();
  return isSame ? ", as acknowledged" : ` as ${versions.join(" ")}`;
}

/** The API's distinct answers for each resource. */
function answersByName({ reads, readName, readStatus, readVersion }: Contents): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>();
  for (let read = 0; read < reads; read += 1) {
    const [name, version] = [readName[read] as number, readVersion[read] as number];
    const answer = `${readStatus[read]}${Number.isNaN(version) ? "" : ` with version ${version}`}`;
    found.set(name, (found.get(name) ?? new Set()).add(answer));
  }
  return found;
}

/**
 * Stranded version: a version of a resource, made by a write of this run, that a lost side held when it came back and
 * that the serving side does not hold at the end. The sides number their rows apart and a copy keeps its original's
 * number, so it is told by its number: one that was written again elsewhere, even by the same write, is another.
 *
 * Saved: what the operator says in `stranded.json` that only that side held, by the side's write-ahead log, before it was
 * overwritten; the stranded versions are known by the audits of both sides, which the operator has no part in. Both must
 * name the same versions, and the same content, which is the one that was sent: one more and people bring back what was
 * never missing, one less and it is gone for good, and a name without its content brings nothing back. What other writers
 * made is saved as well, in as many versions as the operator said.
 *
 * Unit: versions of resources.
 * Broken: the two are not the same; or a side was overwritten and nothing was saved of what it alone held.
 * Inconclusive: `stranded.json` cannot be read, or what the side held when it came back is not known, or how many versions
 * the operator saved; lost writes are nowhere any more, and nobody says why; what the other side holds is not known, though
 * nothing that was done to it lasts; or what the serving side holds is not known.
 * No objective: no lost side came back, or none was overwritten.
 */
import type { Contents } from "../model/columns/contents.ts";
import { registerIdPrefix, seedIdPrefix, writeIdPrefix } from "../model/load/write.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { SavedVersion } from "../model/record/stranded.ts";
import type { Checker } from "./checker.ts";
import type { Facts } from "./facts.ts";
import { mayBeGone } from "./may-be-gone.ts";
import { contentsSent } from "./sent-content.ts";
import { isOverwritten, isReturnKnown, sidesThatCameBack, strandedOf } from "./stranded.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const strandedSaved: Checker = {
  name: "stranded-saved",
  needs: [...HOLDINGS_NEED, "replication"],
  check: (record, facts) => {
    const { saved } = record;
    // Somebody saved it, so a side came back, whatever else is known.
    if (saved === null) return { verdict: "inconclusive", reason: "stranded.json cannot be read" };
    const sides = sidesThatCameBack(record);
    const unknown = whatServingHolds(facts);
    if (sides.length === 0) {
      const isKnown = facts.holdings.other.complete || !mayBeGone(record, facts.other);
      const why = unknown === null && isKnown ? strandedOf(record, facts).unknown : null;
      if (why !== null) return { verdict: "inconclusive", reason: why };
      return { verdict: "no-objective", reason: "no lost side came back, or none was overwritten" };
    }
    if (unknown) return unknown;
    const said = saidToBeSaved(record, saved);
    const evidence =
      said === null || said === saved.length
        ? []
        : [`stranded.json has ${saved.length} versions, and the operator saved ${said}`];
    let count = 0;
    for (const side of sides.filter((side) => isReturnKnown(record, side))) {
      const stranded = strandedOn(record, facts, side);
      count += stranded.size;
      evidence.push(...difference(record, facts, side, stranded));
    }
    const reason = `${count} versions were stranded on a side that came back`;
    if (evidence.length > 0) {
      const cases = `what was saved is not that, in ${evidence.length} cases`;
      return { verdict: "broken", reason: `${reason}; ${cases}`, evidence };
    }
    const dark = sides.find((side) => !isReturnKnown(record, side));
    if (dark !== undefined)
      return { verdict: "inconclusive", reason: `what ${dark.toUpperCase()} held when it came back is not known` };
    if (said === null)
      return { verdict: "inconclusive", reason: "the operator does not say how many versions it saved" };
    return { verdict: "holds", reason: `${reason}, and saved` };
  },
};

/** A row of what a side held when it came back. */
interface Row {
  contents: Contents;
  row: number;
}

/** By number of the row. What a side still has, of which nothing says that it was overwritten, is not yet to be saved. */
function strandedOn(
  { audit, returned, events }: RunRecord,
  { serving, other }: Facts,
  side: SiteName,
): Map<number, Row> {
  const held = new Set(audit[serving].pid.subarray(0, audit[serving].rows));
  if (side === other && !isOverwritten(events, side))
    for (const pid of audit[other].pid.subarray(0, audit[other].rows)) held.add(pid);
  const stranded = new Map<number, Row>();
  for (const { contents, row, pid } of rowsOfReturns(returned, side))
    if (contents.rowsComplete && !held.has(pid)) stranded.set(pid, { contents, row });
  return stranded;
}

function* rowsOfReturns(returned: readonly Contents[], side: SiteName): Generator<Row & { pid: number }> {
  for (const contents of returned)
    for (let row = 0; row < contents.rows && contents.side === side; row += 1)
      yield { contents, row, pid: contents.pid[row] as number };
}

function difference(record: RunRecord, facts: Facts, side: SiteName, stranded: ReadonlyMap<number, Row>): string[] {
  const known = new Set([...rowsOfReturns(record.returned, side)].map(({ pid }) => pid));
  const names = namesOf(record, facts);
  const left = new Map(stranded);
  const wrong: string[] = [];
  for (const version of record.saved ?? []) {
    if (version.side !== side) continue;
    const name = `${version.resource}/${version.version} of ${version.write}`;
    const is = left.get(version.pid);
    left.delete(version.pid);
    if (is !== undefined) {
      const why = whyNot(record, is, version, name);
      if (why !== null) wrong.push(`${nameOf(is)}: ${why}`);
    } else if (known.has(version.pid)) wrong.push(`${name}: saved, and not stranded on ${side}`);
    else if (isOfRun(record, version.write) || names.has(version.resource))
      wrong.push(`${name}: saved, and ${side} never had a row ${version.pid}`);
  }
  return [...wrong, ...Array.from(left.values(), (row) => `${nameOf(row)}: stranded on ${side}, and not saved`)];
}

/** What keeps people from bringing back this row with what was saved of it. */
function whyNot({ run }: RunRecord, row: Row, version: SavedVersion, name: string): string | null {
  if (nameOf(row) !== name) return `saved as ${name}`;
  const { content, refersTo, n, names } = row.contents;
  const target = refersTo[row.row] as number;
  if (!Object.is(version.content ?? Number.NaN, content[row.row])) return "saved with another content";
  if (version.refersTo !== (Number.isNaN(target) ? null : names.name(target))) return "saved with another reference";
  const number = n[row.row] as number;
  if (number < 0 || contentsSent(run, number).some((sent) => sent.content === version.content)) return null;
  return "saved with another content than was sent";
}

/** The operator says with each saving how many versions it saved, whoever wrote them; `null` where it does not say. */
function saidToBeSaved({ events }: RunRecord, saved: readonly SavedVersion[]): number | null {
  const isSaved = (event: DrillEvent): event is OperatorEvent => event.type === "operator" && event.step === "saved";
  const steps = events.filter(isSaved);
  if (steps.length === 0 && saved.length > 0) return null;
  const said = steps.map(({ detail }) => detail.versions ?? Number.NaN);
  const sum = said.reduce((all, one) => all + one, 0);
  return Number.isNaN(sum) ? null : sum;
}

function isOfRun({ run }: RunRecord, write: string): boolean {
  return [writeIdPrefix, registerIdPrefix, seedIdPrefix].some((of) => write.startsWith(of(run.seed)));
}

/** All resources of the run: others are other writers'. */
function namesOf({ audit, returned }: RunRecord, { serving }: Facts): Set<string> {
  const all = [audit[serving], ...returned];
  return new Set(all.flatMap((of) => Array.from({ length: of.rows }, (_, row) => of.resourceAt(row))));
}

function nameOf({ contents, row }: Row): string {
  return `${contents.resourceAt(row)}/${contents.version[row]} of ${contents.writeAt(row)}`;
}

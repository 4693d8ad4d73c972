/**
 * Stranded version: a version of a resource, made by a write of this run, that a lost site held when it came back and that
 * the serving site does not hold at the end. Under logical replication the sites use disjoint row numbers and a copy keeps
 * the number of its original, so a version is identified by its row number. A version that was written again elsewhere, even
 * by the same write, is a different one.
 *
 * Saved: the versions in `stranded.json`. The operator reads from the lost site's write-ahead log what only that site held,
 * before the site is overwritten. The stranded versions are known independently, from the audits of both sites. Both must
 * have the same versions with the same content, the one that was sent. One version too many and people restore what was
 * never missing; one too few and it is gone for good; a name without its content restores nothing. Versions by other writers
 * are saved as well, and their number is the one that the operator recorded.
 *
 * Unit: versions of resources.
 * Broken: the two differ; or a site was overwritten and nothing was saved of what only it held.
 * Inconclusive: `stranded.json` cannot be read; what the site held when it came back, or how many versions the operator
 * saved, is not known; lost writes are on no site any more and the record does not say why; what the other site holds is not
 * known although no fault on it lasts; or what the serving site holds is not known.
 * No objective: no lost site came back, or none was overwritten.
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
import { isOverwritten, isReturnKnown, sitesThatCameBack, strandedOf } from "./stranded.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const strandedSaved: Checker = {
  name: "stranded-saved",
  needs: [...HOLDINGS_NEED, "replication"],
  check: (record, facts) => {
    const { saved } = record;
    // A saved version proves that a site came back, whatever else is known.
    if (saved === null) return { verdict: "inconclusive", reason: "stranded.json cannot be read" };
    const sites = sitesThatCameBack(record);
    const unknown = whatServingHolds(facts);
    if (sites.length === 0) {
      const isKnown = facts.holdings.other.complete || !mayBeGone(record, facts.other);
      const why = unknown === null && isKnown ? strandedOf(record, facts).unknown : null;
      if (why !== null) return { verdict: "inconclusive", reason: why };
      return { verdict: "no-objective", reason: "no lost site came back, or none was overwritten" };
    }
    if (unknown) return unknown;
    const said = saidToBeSaved(record, saved);
    const evidence =
      said === null || said === saved.length
        ? []
        : [`stranded.json has ${saved.length} versions, and the operator saved ${said}`];
    let count = 0;
    for (const side of sites.filter((side) => isReturnKnown(record, side))) {
      const stranded = strandedOn(record, facts, side);
      count += stranded.size;
      evidence.push(...difference(record, facts, side, stranded));
    }
    const reason = `${count} versions were stranded on a site that came back`;
    if (evidence.length > 0) {
      const cases = `what was saved differs in ${evidence.length} cases`;
      return { verdict: "broken", reason: `${reason}; ${cases}`, evidence };
    }
    const dark = sites.find((side) => !isReturnKnown(record, side));
    if (dark !== undefined)
      return { verdict: "inconclusive", reason: `what ${dark.toUpperCase()} held when it came back is not known` };
    if (said === null)
      return { verdict: "inconclusive", reason: "the operator did not record how many versions it saved" };
    return { verdict: "holds", reason: `${reason}, and saved` };
  },
};

/** A row that a site held when it came back. */
interface Row {
  contents: Contents;
  row: number;
}

/** By row number. What a site still holds and nothing overwrote need not be saved yet. */
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

/** Why this row cannot be restored from what was saved; `null` if it can. */
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

/** The operator records with each saving how many versions it saved, by any writer; `null` where it did not. */
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

/** All resources of the run; others belong to other writers. */
function namesOf({ audit, returned }: RunRecord, { serving }: Facts): Set<string> {
  const all = [audit[serving], ...returned];
  return new Set(all.flatMap((of) => Array.from({ length: of.rows }, (_, row) => of.resourceAt(row))));
}

function nameOf({ contents, row }: Row): string {
  return `${contents.resourceAt(row)}/${contents.version[row]} of ${contents.writeAt(row)}`;
}

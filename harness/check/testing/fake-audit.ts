/** What the two sites of a planned run hold at the end, in the lines of their audit. Pure. */
import { Contents } from "../../model/columns/contents.ts";
import { History } from "../../model/columns/history.ts";
import type { Operation } from "../../model/columns/operation.ts";
import { wantedReads } from "../../model/columns/wanted-reads.ts";
import { wantedSearches } from "../../model/columns/wanted-searches.ts";
import { beforeLoad, type Prepared } from "../../model/load/before-load.ts";
import { fingerprint } from "../../model/load/content.ts";
import { Names } from "../../model/load/names.ts";
import { FIRST_VERSION, planWrite, RESOURCES, type WriteForm, writeId } from "../../model/load/write.ts";
import type { SiteName } from "../../model/plan/site.ts";
import type { AuditLine, AuditRow } from "../../model/record/audit.ts";
import type { Plan } from "./fake-plan.ts";
import { MIX, resourcesOf } from "./fake-writes.ts";

/** Where B's own ids begin; below it they are A's. */
const OF_B = 1_000_000;

export function auditOf(plan: Plan, operations: readonly Operation[]): AuditLine[] {
  const sites: Sites = plan.operator ? { serving: "b", other: "a" } : { serving: "a", other: "b" };
  const { serving, other } = sites;
  const versions = versionsOf(operations);
  const contents = operations.map((op) => contentsOf(plan, op));

  const rowsOf = (side: SiteName) =>
    withCurrent(plan, [
      ...beforeLoadOf(plan, side),
      ...operations.flatMap((op, i) => {
        const own = held(plan, side, sites, op).map((resource, index): AuditRow => {
          const sent = contents[i]?.[index] as Content;
          const ofB = (op.servedBy === "b") !== (side === other && plan.twice.includes(op.n));
          return {
            ...{ type: "row", side, write: op.write, resource, version: versions.get(op.n) as number, deleted: false },
            ...{
              pid: (ofB ? OF_B : 0) + (1 + (plan.form.bundleEntries ?? RESOURCES.bundle)) * op.n + index,
              indexed: null,
            },
            content: sent.content + (side === serving && plan.corrupt.includes(op.n) ? 1 : 0),
            updatedMs: plan.clock.offsetMs + op.invokedMs - (ofB ? plan.slowMs : 0),
            refersTo: !sent.refers ? null : (resourcesOf(op, plan.seed, plan.form)[0] as string),
          };
        });
        return side === serving && plan.duplicated.includes(op.n) ? [...own, ...own.map(copyOf)] : own;
      }),
    ]);
  const rows = { a: rowsOf("a"), b: rowsOf("b") };
  const end = (side: SiteName): AuditLine => ({ type: "rows-end", side, rows: rows[side].length, postgres: "17" });
  const scenario = { load: { mix: MIX }, start: { resources: plan.resources } };
  const answers = answersOf({ seed: plan.seed, scenario }, operations, serving, rows[serving]);
  return [...rows[serving], end(serving), ...answers, ...rows[other], end(other)];
}

interface Audited {
  run: { seed: number; scenario: Prepared };
  operations: readonly Operation[];
  audit: readonly AuditLine[];
}

/** Counts changed rows again, and asks the API of their site again: it says what its database says. */
export function withAsks({ audit, run, operations }: Audited): AuditLine[] {
  const rowsOf = (side: SiteName) =>
    audit.filter((line): line is AuditRow => line.type === "row" && line.side === side);
  return audit.flatMap((line) => {
    if (line.type === "rows-end") return [{ ...line, rows: rowsOf(line.side).length }];
    if (line.type === "reads-end") return answersOf(run, operations, line.side, rowsOf(line.side));
    return line.type === "read" || line.type === "search" ? [] : [line];
  });
}

interface Sites {
  serving: SiteName;
  other: SiteName;
}

/** What was there before the run, in its first version. */
function beforeLoadOf({ seed, resources }: Plan, side: SiteName): AuditRow[] {
  const { registers, seeded } = beforeLoad(seed, { load: { mix: MIX }, start: { resources } });
  return [...registers, ...seeded].map(({ id, path, body }, place) => {
    const content = knownFirst.get(id) ?? fingerprint(body);
    knownFirst.set(id, content);
    const made = { type: "row", side, write: id, resource: path, version: FIRST_VERSION, deleted: false } as const;
    return { ...made, pid: OF_B / 2 + place, indexed: null, content, refersTo: null };
  });
}

/** Marks the newest version that a site holds as its current one. */
function withCurrent({ seed, unindexed }: Plan, rows: readonly AuditRow[]): AuditRow[] {
  const newest = new Map<string, number>();
  for (const { resource, version } of rows) newest.set(resource, Math.max(newest.get(resource) ?? 0, version));
  const missing = new Set(unindexed.map((n) => writeId(seed, n)));
  const marked = rows.map((row) => {
    const current = row.version === newest.get(row.resource);
    return { ...row, current, indexed: current ? !missing.has(row.write) : null };
  });
  return marked.sort((x, y) => x.pid - y.pid);
}

/** The version that each write made, or would have made, of its resource. */
function versionsOf(operations: readonly Operation[]): Map<number, number> {
  return new Map(operations.map((op) => [op.n, (op.read?.version ?? 0) + 1]));
}

function held(plan: Plan, side: SiteName, { serving, other }: Sites, op: Operation): string[] {
  const all = resourcesOf(op, plan.seed, plan.form);
  if (op.outcome !== "ok") return side === serving && plan.happened.includes(op.n) ? all : [];
  const missed = plan.lost.includes(op.n) || plan.torn.includes(op.n);
  if (side === other) {
    if (missed) return plan.stranded.includes(op.n) ? all : [];
    return op.servedBy === other || plan.twice.includes(op.n) ? all : [];
  }
  if (plan.lost.includes(op.n)) return [];
  return plan.torn.includes(op.n) ? all.slice(0, 1) : all;
}

function copyOf(row: AuditRow): AuditRow {
  const move = (name: string) => `${name}-again`;
  return {
    ...row,
    resource: move(row.resource),
    refersTo: row.refersTo && move(row.refersTo),
    pid: row.pid + 0.5 * OF_B,
  };
}

interface Content {
  content: number;
  /** Whether it refers to the first resource of the write. */
  refers: boolean;
}

/** A cache: the same writes are planned again and again, and computing their content takes longest. */
const known = new Map<string, Content[]>();
const knownFirst = new Map<string, number>();

/** The content of each resource of a write, in order. */
function contentsOf({ seed, form }: Plan, op: Operation): Content[] {
  const key = `${op.write} ${form.bodies ?? ""} ${form.bundleEntries ?? ""} ${JSON.stringify(form.resources ?? "")}`;
  const contents = known.get(key) ?? workOut(seed, op.n, form);
  known.set(key, contents);
  return contents;
}

function workOut(seed: number, n: number, form: WriteForm): Content[] {
  const { body } = planWrite(seed, n, MIX, form);
  const { entry } = body as { entry?: { resource: object }[] };
  return (entry ? entry.map(({ resource }) => resource) : [body]).map((resource) => {
    const { subject } = resource as { subject?: { reference?: string } };
    return { content: fingerprint(resource), refers: subject?.reference !== undefined };
  });
}

/**
 * The answers of an API that agrees with its database: everything that can be read is read, and everything that can be
 * searched for is searched for.
 */
function answersOf(
  { seed, scenario }: Audited["run"],
  operations: readonly Operation[],
  side: SiteName,
  rows: readonly AuditRow[],
): AuditLine[] {
  const current = new Map(rows.flatMap((row) => (row.indexed === null ? [] : [[row.resource, row]])));
  const names = new Names(seed);
  const history = History.of(seed, names, operations);
  const wanted = wantedReads(history, scenario);
  const reads = wanted.map(({ write, name }): AuditLine => {
    const resource = names.name(name);
    const row = current.get(resource);
    const given = { version: row?.version ?? null, content: row?.content ?? null, refersTo: row?.refersTo ?? null };
    return { type: "read", side, write, resource, status: row ? 200 : 404, ...given };
  });
  const contents = new Contents(side, seed, names);
  for (const row of rows) contents.add(row);
  const searches = wantedSearches(history, contents).map(({ write, resourceType }): AuditLine => {
    const isFound = (row: AuditRow) =>
      row.write === write && row.indexed && row.resource.startsWith(`${resourceType}/`);
    const found = rows.filter(isFound).map(({ resource }) => resource);
    return { type: "search", side, write, resourceType, status: 200, found };
  });
  const made = { reads: reads.length, searches: searches.length, wanted: wanted.length };
  return [...reads, ...searches, { type: "reads-end", side, ...made, withinMs: 120_000, tookMs: 3000 }];
}

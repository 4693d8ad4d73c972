/** What the two sides of a planned run hold at the end, as their audit would say it. Pure. */
import type { AuditLine, AuditRow } from "../model/audit.ts";
import { fingerprint } from "../model/content.ts";
import type { Operation } from "../model/operation.ts";
import type { Side } from "../model/side.ts";
import { FIRST_VERSION, firstVersionOf, planWrite, registerOf } from "../model/write.ts";
import type { Plan } from "./planted-plan.ts";
import { MIX, resourcesOf } from "./planted-writes.ts";

/** Where B's own numbers begin; below it they are A's. */
const OF_B = 1_000_000;

export function auditOf(plan: Plan, operations: readonly Operation[]): AuditLine[] {
  const sides: Sides = plan.operator ? { serving: "b", other: "a" } : { serving: "a", other: "b" };
  const { serving, other } = sides;
  const versions = versionsOf(operations);
  const contents = operations.map((op) => contentsOf(plan, op));
  const newest = new Map<string, number>();
  for (const op of operations)
    for (const resource of resourcesOf(op, plan.seed))
      newest.set(resource, Math.max(newest.get(resource) ?? 0, versions.get(op.n) as number));

  const rowsOf = (side: Side) =>
    [
      ...registersOf(plan, side, operations, newest),
      ...operations.flatMap((op, i) => {
        const own = held(plan, side, sides, op).map((resource, index): AuditRow => {
          const version = versions.get(op.n) as number;
          const said = contents[i]?.[index] as Content;
          const ofB = (op.servedBy === "b") !== (side === other && plan.twice.includes(op.n));
          return {
            ...{ type: "row", side, write: op.write, resource, version, deleted: false },
            pid: (ofB ? OF_B : 0) + 4 * op.n + index,
            indexed: version < (newest.get(resource) as number) ? null : !plan.unindexed.includes(op.n),
            content: said.content + (side === serving && plan.corrupt.includes(op.n) ? 1 : 0),
            updatedMs: plan.clock.offsetMs + op.invokedMs - (ofB ? plan.slowMs : 0),
            refersTo: said.patient ? null : (resourcesOf(op, plan.seed)[0] as string),
          };
        });
        return side === serving && plan.duplicated.includes(op.n) ? [...own, ...own.map(copyOf)] : own;
      }),
    ].toSorted((x, y) => x.pid - y.pid);
  const rows = { a: rowsOf("a"), b: rowsOf("b") };
  const end = (side: Side): AuditLine => ({ type: "rows-end", side, rows: rows[side].length, postgres: "17" });
  const asked = asksOf(plan, operations, serving, rows[serving]);
  return [...rows[serving], end(serving), ...asked, ...rows[other], end(other)];
}

interface Sides {
  serving: Side;
  other: Side;
}

/** The registers that are updated in the run, as they were made before it. */
function registersOf(
  { seed }: Plan,
  side: Side,
  operations: readonly Operation[],
  newest: ReadonlyMap<string, number>,
): AuditRow[] {
  const updated = new Set(operations.flatMap((op) => (op.kind === "update" ? [registerOf(op.n)] : [])));
  return [...updated].map((register) => {
    const { id, path } = firstVersionOf(seed, register);
    const indexed = newest.has(path) ? null : true;
    const made = { type: "row", side, write: id, resource: path, version: FIRST_VERSION, deleted: false } as const;
    return { ...made, pid: OF_B / 2 + register, indexed, content: 0, refersTo: null };
  });
}

/** The version that each write made of its resource, or would have made. */
function versionsOf(operations: readonly Operation[]): Map<number, number> {
  return new Map(operations.map((op) => [op.n, (op.read?.version ?? 0) + 1]));
}

function held(plan: Plan, side: Side, { serving, other }: Sides, op: Operation): string[] {
  const all = resourcesOf(op, plan.seed);
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
  patient: boolean;
}

/** The same writes are planned over and over, and a content takes longer to work out than all the rest. */
const known = new Map<string, Content[]>();

/** Of each resource of a write, in order. */
function contentsOf({ seed }: Plan, op: Operation): Content[] {
  const contents = known.get(op.write) ?? workOut(seed, op.n);
  known.set(op.write, contents);
  return contents;
}

function workOut(seed: number, n: number): Content[] {
  const { body } = planWrite(seed, n, MIX);
  const { entry } = body as { entry?: { resource: object }[] };
  return (entry ? entry.map(({ resource }) => resource) : [body]).map((resource) => {
    const patient = (resource as { resourceType: string }).resourceType === "Patient";
    return { content: fingerprint(resource), patient };
  });
}

/** Every acknowledged write of which something is missing is asked for, and one in seven of the others. */
function asksOf(plan: Plan, operations: readonly Operation[], side: Side, rows: readonly AuditRow[]): AuditLine[] {
  const newest = new Map<string, AuditRow>();
  for (const row of rows) if ((newest.get(row.resource)?.version ?? 0) < row.version) newest.set(row.resource, row);
  const byWrite = Map.groupBy(rows, (row) => row.write);
  const lines: AuditLine[] = [];
  for (const op of operations) {
    const resources = resourcesOf(op, plan.seed);
    const mine = byWrite.get(op.write) ?? [];
    if (op.outcome !== "ok" || (mine.length >= resources.length && op.n % 7 !== 0)) continue;
    for (const resource of resources) {
      const version = newest.get(resource)?.version ?? null;
      const answer = { status: version === null ? 404 : 200, version };
      lines.push({ type: "read", side, write: op.write, resource, ...answer });
    }
    for (const resourceType of new Set(resources.map((resource) => resource.split("/")[0] as string))) {
      const found = mine
        .filter((row) => row.indexed && newest.get(row.resource) === row && row.resource.startsWith(`${resourceType}/`))
        .map((row) => row.resource);
      lines.push({ type: "search", side, write: op.write, resourceType, status: 200, found });
    }
  }
  const count = (type: string) => lines.filter((line) => line.type === type).length;
  return [...lines, { type: "reads-end", side, reads: count("read"), searches: count("search") }];
}

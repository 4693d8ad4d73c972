/** For tests: a planned run, and its resources on a FHIR server in memory, where they can be damaged. */

import type { Plan } from "../../check/testing/fake-plan.ts";
import { fakeParts, type Parts, recordOf } from "../../check/testing/fake-run.ts";
import { MIX, resourcesOf } from "../../check/testing/fake-writes.ts";
import { History } from "../../model/columns/history.ts";
import type { Operation } from "../../model/columns/operation.ts";
import { beforeLoad } from "../../model/load/before-load.ts";
import { Names } from "../../model/load/names.ts";
import { tagged, tagOf } from "../../model/load/tag.ts";
import { planWrite } from "../../model/load/write.ts";
import { HAPI_DIALECT } from "../../model/plan/dialect.ts";
import type { AuditLine, AuditRow, ReadsEnd } from "../../model/record/audit.ts";
import type { RunRecord } from "../../model/record/record.ts";
import { type Manner, MemoryFhir, type Resource } from "../../system/testing/memory-fhir.ts";
import { type AuditedFhir, auditFhir, type Limits } from "../audit-fhir.ts";

export const BASE = "http://fhir.test/fhir";

export interface ServedRun {
  parts: Parts;
  fhir: MemoryFhir;
  audited: AuditedFhir;
}

/** Short, since registers take most of the time. */
const SHORT: Partial<Plan> = { ratePerSecond: 10, baselineSeconds: 3, afterSeconds: 6 };

/** Writes that `isLeftOut` selects are missing from the run. */
export function servedRun(
  changes: Partial<Plan> = {},
  manner: Manner = {},
  isLeftOut: (op: Operation) => boolean = () => false,
): ServedRun {
  const all = fakeParts({ ...SHORT, ...changes });
  const parts = { ...all, operations: all.operations.filter((op) => !isLeftOut(op)) };
  const { seed, scenario } = parts.run;
  const fhir = new MemoryFhir({ ...manner, base: BASE });
  const { registers, seeded } = beforeLoad(seed, { load: { mix: MIX }, start: scenario.start });
  for (const { path, body } of [...registers, ...seeded]) put(fhir, path, tagged(body, [tagOf(seed)]), 0, manner);
  for (const op of parts.operations) {
    if (op.outcome !== "ok" && !(changes.happened ?? []).includes(op.n)) continue;
    const names = resourcesOf(op, seed);
    for (const [place, body] of bodiesOf(seed, op.n, names[0] as string).entries())
      put(fhir, names[place] as string, body, op.invokedMs, manner);
  }
  const history = History.of(seed, new Names(seed), parts.operations);
  const side = parts.run.servingSide ?? "a";
  const of = { ask: fhir.ask, base: BASE, dialect: HAPI_DIALECT, tag: tagOf(seed) };
  return { parts, fhir, audited: { ...of, side, history, scenario } };
}

/** Resources as a server stores them: with their tag, and a reference to the created patient. */
function bodiesOf(seed: number, n: number, patient: string): Resource[] {
  const { body } = planWrite(seed, n, MIX);
  const { entry } = tagged(body, [tagOf(seed)]) as { entry?: { resource: Resource }[] };
  if (entry === undefined) return [tagged(body, [tagOf(seed)]) as Resource];
  return entry.map(({ resource }) =>
    "subject" in resource ? { ...resource, subject: { reference: patient } } : resource,
  );
}

function put({ stored }: MemoryFhir, name: string, body: object, atMs: number, { versions }: Manner): void {
  const list = stored.get(name) ?? [];
  const number = list.length + 1;
  const resource = body as Resource;
  const meta = {
    ...resource.meta,
    versionId: versions === "opaque" ? `v${name.length}x${number}` : `${number}`,
    lastUpdated: new Date(atMs).toISOString(),
  };
  stored.set(name, [...list, { ...resource, id: name.split("/")[1] as string, meta }]);
}

/** The lines of the run's audit, without pauses. */
export async function linesOf(audited: AuditedFhir, limits: Partial<Limits> = {}): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  await auditFhir(audited, (more) => lines.push(...more), { sleep: async () => {}, ...limits });
  return lines;
}

export const rowsIn = (lines: readonly AuditLine[]) => lines.filter((line): line is AuditRow => line.type === "row");

/** Why the serving site's rows are incomplete; `undefined` when they are complete. */
export function whyNotWhole(lines: readonly AuditLine[], { side }: AuditedFhir): string | undefined {
  const [end, ...more] = lines.filter((line) => line.side === side && /^(rows-end|unreadable)$/.test(line.type));
  if (end === undefined || more.length > 0) throw new Error("the rows have not one end");
  return end.type === "unreadable" ? end.why : undefined;
}

export function recordWith({ parts }: ServedRun, audit: AuditLine[]): RunRecord {
  return recordOf({ ...parts, audit });
}

export const endIn = (lines: readonly AuditLine[]) => lines.find((line) => line.type === "reads-end") as ReadsEnd;
export const timesAsked = ({ fhir }: ServedRun, path: string) =>
  fhir.asked.filter((each) => each === `GET ${path}`).length;
/** A run of acknowledged writes only, so that none is doubtful. */
export const calm = () => servedRun({ outage: null, operator: null });

/** The run's first POST: the resource, the write, and the search for it. */
export function postOf({ parts }: ServedRun): { name: string; write: string; search: string } {
  const op = parts.operations.find(({ kind }) => kind === "post");
  if (op === undefined) throw new Error("nothing was posted");
  const search = `Patient?identifier=${encodeURIComponent(`urn:fhirdrill:write|${op.write}`)}&_count=100`;
  return { name: resourcesOf(op, parts.run.seed)[0] as string, write: op.write, search };
}

/** Answers the first few requests for that path differently. */
export function answering(
  { fhir }: ServedRun,
  isIt: (path: string) => boolean,
  times: number,
  answer: () => Response,
): void {
  let left = times;
  fhir.intercept = (path) => {
    if (!isIt(path) || left === 0) return null;
    left -= 1;
    return answer();
  };
}

/** A sleep between passes that does something meanwhile. */
export const whileAsleep = (act: (nap: number) => void) => {
  let naps = 0;
  return async () => act(++naps);
};

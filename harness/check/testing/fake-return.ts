/** How a planned run that failed over to B changes when A comes back, is saved and rebuilt. Pure. */
import { fingerprint } from "../../model/load/content.ts";
import { planWrite, writeNumber } from "../../model/load/write.ts";
import type { SiteName } from "../../model/plan/site.ts";
import type { AuditLine, AuditRow } from "../../model/record/audit.ts";
import type { Run } from "../../model/record/run.ts";
import type { Plan } from "./fake-plan.ts";
import { fakeParts, type Parts } from "./fake-run.ts";
import { toldPlan } from "./fake-steps.ts";

/** Far above every id of the planned run. */
const OF_B = 5_000_000;

export function cameBack(parts: Parts): Parts {
  const rowsOf = (side: SiteName) =>
    parts.audit.filter((line) => line.type === "row" && line.side === side) as AuditRow[];
  const endOf = (rows: number): AuditLine => ({ type: "rows-end", side: "a", rows, postgres: "17" });
  const [onA, onB] = [rowsOf("a"), rowsOf("b")];
  const known = new Set(onB.map((row) => row.pid));
  const copies = onB.map((row): AuditRow => ({ ...row, side: "a" }));
  const saved = onA
    .filter((row) => !known.has(row.pid))
    .map((row, transaction) => {
      const { write, resource, version, pid } = row;
      return { side: "a" as const, write, resource, version, pid, transaction, body: bodyOf(row, parts.run) };
    });
  const endMs = parts.events.at(-1)?.atMs ?? 0;
  const times = { fromMs: endMs, toMs: endMs };
  return {
    ...parts,
    events: [
      ...parts.events,
      ...toldPlan("rebuild", "a", parts.run.config, times, { saved: { versions: saved.length } }),
    ],
    audit: [...parts.audit.filter((line) => line.side === "b"), ...copies, endOf(copies.length)],
    returned: [...onA, endOf(onA.length)],
    saved,
  };
}

/** What was sent, with the reference as the server rewrote it. */
function bodyOf({ write, content, refersTo }: AuditRow, { seed, scenario }: Run): object {
  const { body } = planWrite(seed, writeNumber(seed, write) as number, scenario.load.mix, scenario.load);
  const { entry } = body as { entry?: { resource: object }[] };
  const resources = entry ? entry.map(({ resource }) => resource) : [body];
  const sent = resources.find((each) => fingerprint(each) === content) ?? {};
  return refersTo === null ? sent : { ...sent, subject: { reference: refersTo } };
}

/** The same, except that what only A held was replayed through B, under B's ids, before A was rebuilt. */
export function broughtBack(plan: Partial<Plan>, numbers: readonly number[]): Parts {
  const back = cameBack(fakeParts({ ...plan, lost: numbers, stranded: numbers }));
  const whole = fakeParts(plan);
  const writes = new Set(back.saved.map(({ write }) => write));
  const again = (line: AuditLine): AuditLine =>
    line.type === "row" && line.side === "b" && writes.has(line.write) ? { ...line, pid: line.pid + OF_B } : line;
  const { audit } = cameBack({ ...whole, audit: whole.audit.map(again) });
  return { ...back, audit };
}

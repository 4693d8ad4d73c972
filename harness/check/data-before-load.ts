/**
 * Data from before the load: the registers as they were made, which updates share, and the resources that A was filled
 * with. No write of the load made them, so no other check would miss them; and they are data. On the serving site each
 * exists in the first version that was made of it before the load, with the content that the seed determines, and each
 * that was not updated is served so.
 *
 * A system of your own may hold patients that no drill wrote. They are not read: its server counts them before and
 * after the drill, and none may be missing. If it does not count them, that is reported.
 *
 * Unit: resources.
 * Broken: one is missing, or has other content; or the FHIR API denies one; or fewer patients exist that no drill
 * wrote.
 * Inconclusive: no site's audit mentions any of them; or what the serving site holds is not known; or the patients that
 * no drill wrote were counted before the drill, but not after it.
 * No objective: there was nothing before the load.
 */
import type { Contents } from "../model/columns/contents.ts";
import { beforeLoad } from "../model/load/before-load.ts";
import { fingerprint } from "../model/load/content.ts";
import { NameTable } from "../model/load/name-table.ts";
import type { FirstVersion } from "../model/load/write.ts";
import type { Run } from "../model/record/run.ts";
import { DENIED } from "./api-answers.ts";
import type { Checker, Finding } from "./checker.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

const LABELS: Record<string, string> = { registers: "registers", seeded: "seeded resources" };

export const dataBeforeLoad: Checker = {
  name: "data-before-load",
  needs: HOLDINGS_NEED,
  check: ({ run, audit }, facts) => {
    const data = beforeLoad(run.seed, run.scenario);
    const count = data.registers.length + data.seeded.length;
    const foreign = foreignPatients(run);
    if (foreign !== null && foreign.verdict !== "holds") return foreign;
    if (count === 0) return foreign ?? { verdict: "no-objective", reason: "there was nothing before the load" };
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const serving = audit[facts.serving];
    const { given } = facts.holdings.serving;
    const rows = firstRowsIn(serving, data.seeded.length);
    const otherRows = firstRowsIn(audit[facts.other], data.seeded.length);
    const resources: string[] = [];
    const evidence: string[] = [];
    const silent: string[] = [];
    for (const [what, list] of Object.entries<FirstVersion[]>({ ...data })) {
      const codes = list.map(({ path }) => serving.names.code(path));
      if (codes.length > 0 && !codes.some((name) => rows.get(name) >= 0 || otherRows.get(name) >= 0)) {
        silent.push(what);
        continue;
      }
      for (const [place, first] of list.entries()) {
        const name = codes[place] as number;
        const why = whyNot(serving, rows.get(name), first) ?? (given.get(name) === DENIED ? "denied by the API" : null);
        if (why === null) continue;
        resources.push(first.path);
        evidence.push(`${first.path}: ${why}`);
      }
    }
    const measures = { beforeLoad: { count: resources.length, resources } };
    if (resources.length > 0)
      return { verdict: "broken", reason: `${resources.length} of ${count} are not as they were`, evidence, measures };
    if (silent.length > 0)
      return {
        verdict: "inconclusive",
        reason: `no audit mentions any of the ${silent.map((what) => LABELS[what]).join(" and the ")}`,
      };
    const reason = `${count} resources are as they were before the load`;
    return { verdict: "holds", reason: foreign === null ? reason : `${reason}; ${foreign.reason}`, measures };
  },
};

/** `null` if there were none. */
function foreignPatients({ foreignPatients: counts }: Run): Finding | null {
  const { before, after } = counts ?? { before: 0, after: 0 };
  if (before === 0) return null;
  if (before === null) return { verdict: "holds", reason: "patients that no drill wrote were not counted" };
  const patients = `${before} patients that no drill wrote`;
  if (after === null) return { verdict: "inconclusive", reason: `the ${patients} were not counted after the drill` };
  if (after >= before) return { verdict: "holds", reason: `${patients} still exist` };
  return { verdict: "broken", reason: `${before - after} of ${patients} no longer exist` };
}

/** By name: the row of its first version, if that was made before the load. */
function firstRowsIn(contents: Contents, seeded: number): NameTable {
  const first = new NameTable();
  for (const row of contents.strangers.keys())
    if (contents.isFirstVersion(row) || contents.isSeeded(row, seeded)) first.set(contents.name[row] as number, row);
  return first;
}

function whyNot(contents: Contents, row: number, { body }: FirstVersion): string | null {
  if (row < 0) return "its first version is missing";
  if (contents.deleted[row] === 1) return "deleted";
  const { content, refersTo } = contents;
  if (content[row] !== fingerprint(body) || !Number.isNaN(refersTo[row])) return "its first version has other content";
  return null;
}

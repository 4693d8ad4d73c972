/**
 * Data from before the load: the registers as they were made, which its updates share, and what A was filled with. They
 * are of no write of the load, so that nobody else would miss them; and they are data. On the serving side each stands
 * in its first version, by its own hand and with the content that the seed says, and each that nobody updated is served so.
 *
 * One's own system may hold patients that no drill wrote. They are not read: its server counts them before the drill and after it,
 * and none may be missing. Where it does not count them, that is told.
 *
 * Unit: resources.
 * Broken: one is missing, or says something else; or the FHIR API denies one; or fewer patients are there that no drill wrote.
 * Inconclusive: neither side's audit says anything of them; or what the serving side holds is not known; or the patients that no
 * drill wrote were counted before the drill, and not after it.
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

export const dataBeforeLoad: Checker = {
  name: "data-before-load",
  needs: HOLDINGS_NEED,
  check: ({ run, audit }, facts) => {
    const stood = beforeLoad(run.seed, run.scenario);
    const count = stood.registers.length + stood.seeded.length;
    const foreign = foreignPatients(run);
    if (foreign !== null && foreign.verdict !== "holds") return foreign;
    if (count === 0) return foreign ?? { verdict: "no-objective", reason: "there was nothing before the load" };
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const serving = audit[facts.serving];
    const { given } = facts.holdings.serving;
    const rows = firstRowsIn(serving, stood.seeded.length);
    const ofOther = firstRowsIn(audit[facts.other], stood.seeded.length);
    const resources: string[] = [];
    const evidence: string[] = [];
    const silent: string[] = [];
    for (const [what, list] of Object.entries<FirstVersion[]>({ ...stood })) {
      const codes = list.map(({ path }) => serving.names.code(path));
      if (codes.length > 0 && !codes.some((name) => rows.get(name) >= 0 || ofOther.get(name) >= 0)) {
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
      return { verdict: "inconclusive", reason: `no audit says anything of the ${silent.join(" and the ")}` };
    const reason = `${count} resources are as they were before the load`;
    return { verdict: "holds", reason: foreign === null ? reason : `${reason}; ${foreign.reason}`, measures };
  },
};

/** `null` where there were none. */
function foreignPatients({ foreignPatients: told }: Run): Finding | null {
  const { before, after } = told ?? { before: 0, after: 0 };
  if (before === 0) return null;
  if (before === null) return { verdict: "holds", reason: "nobody counted the patients that no drill wrote" };
  const of = `${before} patients that no drill wrote`;
  if (after === null) return { verdict: "inconclusive", reason: `nobody counted after the drill the ${of}` };
  if (after >= before) return { verdict: "holds", reason: `${of} are still there` };
  return { verdict: "broken", reason: `${before - after} of ${of} are not there any more` };
}

/** By name: the row of its first version, if that was made by its own hand. */
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
  if (content[row] !== fingerprint(body) || !Number.isNaN(refersTo[row]))
    return "its first version says something else";
  return null;
}

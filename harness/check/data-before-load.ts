/**
 * Data from before the load: the registers as they were made, which its updates share, and what A was filled with. They
 * are of no write of the load, so that nobody else would miss them; and they are data. On the serving side each stands
 * in its first version, by its own hand and with the content that the seed says, and each that nobody updated is served so.
 *
 * Unit: resources.
 * Broken: one is missing, or says something else; or the FHIR API denies one.
 * Inconclusive: neither side's audit says anything of them; or what the serving side holds is not known.
 * No objective: there was nothing before the load.
 */
import type { Contents } from "../model/columns/contents.ts";
import { beforeLoad } from "../model/load/before-load.ts";
import { fingerprint } from "../model/load/content.ts";
import { NameTable } from "../model/load/name-table.ts";
import type { FirstVersion } from "../model/load/write.ts";
import { DENIED } from "./api-answers.ts";
import type { Checker } from "./checker.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const dataBeforeLoad: Checker = {
  name: "data-before-load",
  needs: HOLDINGS_NEED,
  check: ({ run, audit }, facts) => {
    const stood = beforeLoad(run.seed, run.scenario);
    const count = stood.registers.length + stood.seeded.length;
    if (count === 0) return { verdict: "no-objective", reason: "there was nothing before the load" };
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
    return { verdict: "holds", reason: `${count} resources are as they were before the load`, measures };
  },
};

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

/** What an audit by FHIR has to find out, from what the run's clients sent and what was acknowledged. Pure. */
import { type History, OK } from "../../model/columns/history.ts";
import { wantedReads } from "../../model/columns/wanted-reads.ts";
import type { Prepared } from "../../model/load/before-load.ts";
import { planWrite } from "../../model/load/write.ts";
import { typeOf } from "./question.ts";

export interface Wanted {
  /** In the order of reading. `version`: the newest that was acknowledged. */
  reads: readonly { write: string; resource: string; version: number }[];
  /** For every write of the history, acknowledged or not, and each type: how many resources of the type it has. */
  searches: readonly { write: string; resourceType: string; size: number; isAcknowledged: boolean }[];
}

export function wantedOf(history: History, scenario: Prepared): Wanted {
  const reads = wantedReads(history, scenario).map(({ write, name, version }) => {
    return { write, resource: history.names.name(name), version };
  });
  const searches: Wanted["searches"][number][] = [];
  for (let i = 0; i < history.length; i += 1) {
    const of = { write: history.idAt(i), isAcknowledged: history.outcome[i] === OK };
    for (const [resourceType, size] of sizesOf(history, i, scenario)) searches.push({ ...of, resourceType, size });
  }
  return { reads, searches };
}

/** The number of resources by type. An answer can name a type that was not sent. */
function sizesOf(history: History, i: number, { load }: Prepared): Map<string, number> {
  const sizes = new Map<string, number>();
  const { body } = planWrite(history.seed, history.n[i] as number, load.mix, load);
  const { entry } = body as { entry?: { resource: object }[] };
  for (const resource of entry ? entry.map((each) => each.resource) : [body]) {
    const { resourceType } = resource as { resourceType: string };
    sizes.set(resourceType, (sizes.get(resourceType) ?? 0) + 1);
  }
  for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
    const resourceType = typeOf(history.names.name(history.storedName[s] as number));
    sizes.set(resourceType, sizes.get(resourceType) ?? 0);
  }
  return sizes;
}

/** What was seen of a FHIR server as rows of an audit, as if they were its database's. Pure. */
import type { SiteName } from "../../model/plan/site.ts";
import type { AuditRow } from "../../model/record/audit.ts";
import { type SeenByPath, searchPath, typeOf } from "./question.ts";
import type { Version } from "./version.ts";

/**
 * Gives the numbers that a database would have: by the name of a version, the same for both sites, so that nothing looks as
 * if it had been done on each of them by itself. A version that is listed again, and says something else, is another one.
 */
export class RowNumbers {
  readonly #numbers = new Map<string, number>();

  of({ resource, version }: Version, copy: number): number {
    const name = `${resource}/${version}/${copy}`;
    const number = this.#numbers.get(name) ?? this.#numbers.size + 1;
    this.#numbers.set(name, number);
    return number;
  }
}

/** In the order of reading, of each resource the oldest version first. */
export function rowsOf(side: SiteName, seen: SeenByPath, numbers: RowNumbers): AuditRow[] {
  const rows: AuditRow[] = [];
  for (const { question, versions } of seen.values()) {
    const [current] = versions;
    if (question.asks !== "read" || current === undefined) continue;
    const copies = new Map<number, number>();
    for (const each of [...othersOf(current, seen), current].sort((x, y) => x.version - y.version)) {
      const copy = copies.get(each.version) ?? 0;
      copies.set(each.version, copy + 1);
      const { isTagged, ...said } = each;
      const state = {
        current: each === current,
        deleted: false,
        indexed: each === current ? isFound(each, seen) : null,
      };
      rows.push({ type: "row", side, ...said, ...state, pid: numbers.of(each, copy) });
    }
  }
  return rows.sort((x, y) => x.pid - y.pid);
}

/** What its history has besides the current version. One that pages tell twice is one. */
function othersOf({ resource, version }: Version, seen: SeenByPath): Version[] {
  const listed = seen.get(`${resource}/_history`)?.versions ?? [];
  const others = new Map(listed.map((each) => [JSON.stringify(each), each]));
  return [...others.values()].filter((each) => each.version !== version);
}

/** By the search for its own identifier. Of what has none, or was not searched for, nobody can say that it is missing. */
function isFound({ resource, write }: Version, seen: SeenByPath): boolean {
  const search = seen.get(searchPath(typeOf(resource), write));
  return search === undefined || search.why !== null || search.versions.some((each) => each.resource === resource);
}

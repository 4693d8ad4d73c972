/** Turns a FHIR server's answers into audit rows, as if they came from its database. Pure. */
import type { SiteName } from "../../model/plan/site.ts";
import type { AuditRow } from "../../model/record/audit.ts";
import { type SeenByPath, searchPath, typeOf } from "./question.ts";
import type { Version } from "./version.ts";

/**
 * Numbers versions as a database would: by name, and the same for both sites, so that no version seems to have been
 * written on each of them independently. A version that is listed again with other content gets a number of its own.
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

/** Rows in the order of reading; per resource, the oldest version first. */
export function rowsOf(side: SiteName, seen: SeenByPath, numbers: RowNumbers): AuditRow[] {
  const rows: AuditRow[] = [];
  for (const { question, versions } of seen.values()) {
    const [current] = versions;
    if (question.asks !== "read" || current === undefined) continue;
    const copies = new Map<number, number>();
    for (const each of [...othersOf(current, seen), current].sort((x, y) => x.version - y.version)) {
      const copy = copies.get(each.version) ?? 0;
      copies.set(each.version, copy + 1);
      const { isTagged, ...row } = each;
      const state = {
        current: each === current,
        deleted: false,
        indexed: each === current ? isFound(each, seen) : null,
      };
      rows.push({ type: "row", side, ...row, ...state, pid: numbers.of(each, copy) });
    }
  }
  return rows.sort((x, y) => x.pid - y.pid);
}

/** The history's versions besides the current one. Identical repeats across pages count once. */
function othersOf({ resource, version }: Version, seen: SeenByPath): Version[] {
  const listed = seen.get(`${resource}/_history`)?.versions ?? [];
  const others = new Map(listed.map((each) => [JSON.stringify(each), each]));
  return [...others.values()].filter((each) => each.version !== version);
}

/** Whether the search for its identifier finds it. Without an identifier or a search, it is not reported as missing. */
function isFound({ resource, write }: Version, seen: SeenByPath): boolean {
  const search = seen.get(searchPath(typeOf(resource), write));
  return search === undefined || search.why !== null || search.versions.some((each) => each.resource === resource);
}

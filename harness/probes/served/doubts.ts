/**
 * Which questions to a FHIR server are repeated: those without an answer, and those whose answer contradicts an
 * acknowledgement or another answer. It may be late, or from a server that is behind the others. Pure.
 */
import { pathOf, type Seen, type SeenByPath, searchPath, typeOf } from "./question.ts";
import type { Wanted } from "./wanted.ts";

/** The paths of the questions. */
export function doubtsIn(seen: SeenByPath, wanted: Wanted): Set<string> {
  const doubts = new Set<string>();
  for (const [path, { why }] of seen) if (why !== null) doubts.add(path);
  for (const { write, resource, version } of wanted.reads) {
    const read = seen.get(resource);
    if (read === undefined || isAsTold(read, version)) continue;
    doubts.add(resource);
    // A resource that is late to be readable is late in the index as well.
    doubts.add(searchPath(typeOf(resource), write));
  }
  const currentOf = currentByWrite(seen);
  for (const { question, versions } of seen.values()) {
    if (question.asks === "read") continue;
    const names = versions.map(({ resource }) => resource);
    const add = (resources: Iterable<string>) => {
      for (const each of [pathOf(question), ...resources]) doubts.add(each);
    };
    if (question.asks === "search") {
      const differing = differences(names, currentOf(question.resourceType, question.write));
      if (differing.length > 0) add(differing);
    }
    if (question.asks === "tagged") {
      const denied = names.filter((name) => seen.get(name)?.versions.length === 0);
      if (denied.length > 0) add(denied);
    }
    if (question.asks === "history") {
      const newest = Math.max(...versions.map(({ version }) => version));
      if (seen.get(question.resource)?.versions[0]?.version !== newest) add([question.resource]);
    }
  }
  // An unacknowledged write may be late as well.
  for (const { write, resourceType, size, isAcknowledged } of wanted.searches) {
    const path = searchPath(resourceType, write);
    if (!isAcknowledged && (seen.get(path)?.versions.length ?? size) < size) doubts.add(path);
  }
  for (const path of doubts) if (!seen.has(path)) doubts.delete(path);
  return doubts;
}

/** Whether a read gave the resource in that version or a later one. */
export function isAsTold({ versions, given }: Seen, version: number): boolean {
  return given?.misnamed === undefined && (versions[0]?.version ?? 0) >= version;
}

/** The resources of a type whose current version, as read, has a write's identifier. */
export function currentByWrite(seen: SeenByPath): (resourceType: string, write: string) => readonly string[] {
  const current = new Map<string, string[]>();
  for (const { question, versions } of seen.values()) {
    const [version] = versions;
    if (question.asks !== "read" || version === undefined) continue;
    const path = searchPath(typeOf(question.resource), version.write);
    current.set(path, [...(current.get(path) ?? []), question.resource]);
  }
  return (resourceType, write) => current.get(searchPath(resourceType, write)) ?? [];
}

/** Names in only one of the lists, or twice in the first. */
function differences(found: readonly string[], there: readonly string[]): string[] {
  const more = found.filter((name, place) => !there.includes(name) || found.indexOf(name) < place);
  return [...more, ...there.filter((name) => !found.includes(name))];
}

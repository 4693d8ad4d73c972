/**
 * The tags on everything that a drill writes into somebody's own system, so that it can be found and deleted without
 * access to the database. A lab is thrown away and needs none.
 *
 * This file runs in k6 and in Node: it imports nothing.
 */

export interface Tag {
  system: string;
  code: string;
}

/** On everything that any drill writes. */
export const OF_ANY_DRILL: Tag = { system: "urn:fhirdrill", code: "drill" };

const OF_A_RUN = "urn:fhirdrill:run";

/** On what a run's load writes. */
export function tagOf(seed: number): Tag {
  return { system: OF_A_RUN, code: seed.toString(36) };
}

/** On a run's other writes, which no audit lists: registers, the warm-up, probes, and the proof of the dialect. */
export function tagBesideOf(seed: number): Tag {
  return { system: OF_A_RUN, code: `${seed.toString(36)}-beside` };
}

/** The search parameter that finds what has the tag. */
export function searchByTag({ system, code }: Tag): string {
  return `_tag=${encodeURIComponent(`${system}|${code}`)}`;
}

interface Tagged {
  entry?: { resource: object }[];
  meta?: object;
}

/** The resource with the tags; of a transaction, each of its resources. */
export function tagged(body: object, tags: readonly Tag[]): object {
  if (tags.length === 0) return body;
  const { entry, meta } = body as Tagged;
  if (entry !== undefined)
    return { ...body, entry: entry.map((each) => ({ ...each, resource: tagged(each.resource, tags) })) };
  return { ...body, meta: { ...meta, tag: tags } };
}

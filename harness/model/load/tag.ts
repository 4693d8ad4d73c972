/** The tags that everything written by a run bears, so that it can be found again, and deleted, without its database. */

export const TAG_SYSTEM = "urn:fhirdrill:run";

export interface Tag {
  system: string;
  code: string;
}

/** Of what a drill's load writes, and what stands there before. */
export function tagOf(seed: number): Tag {
  return { system: TAG_SYSTEM, code: seed.toString(36) };
}

/** Of what it writes besides, which no audit looks for: the warm-up, probes, and what learns the server's dialect. */
export function tagBesideOf(seed: number): Tag {
  return { system: TAG_SYSTEM, code: `${seed.toString(36)}-beside` };
}

interface Tagged {
  resourceType?: string;
  entry?: { resource: object }[];
  meta?: object;
}

/** The resource with the tag; of a transaction, each of its resources. */
export function tagged(body: object, tag: Tag): object {
  const { entry, meta } = body as Tagged;
  if (entry !== undefined)
    return { ...body, entry: entry.map((each) => ({ ...each, resource: tagged(each.resource, tag) })) };
  return { ...body, meta: { ...meta, tag: [tag] } };
}

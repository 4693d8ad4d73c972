/** The tag that everything written by a run bears, so that it can be found again, and deleted, without its database. */

export const TAG_SYSTEM = "urn:fhirdrill:run";

export interface Tag {
  system: string;
  code: string;
}

export function tagOf(seed: number): Tag {
  return { system: TAG_SYSTEM, code: seed.toString(36) };
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

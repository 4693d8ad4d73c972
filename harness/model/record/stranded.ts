/**
 * Stranded writes, which only a lost site holds, as the operator saves them for people: `stranded.json`, a FHIR Bundle
 * of type history, the only type that may hold several versions of a resource. Extensions of each entry name the write
 * that made the version, and the database's number of its row.
 */
import { z } from "zod";
import { fingerprint, referenceOf } from "../load/content.ts";
import { SITES, type SiteName } from "../plan/site.ts";

const WRITE = "urn:fhirdrill:write";
const ROW = "urn:fhirdrill:row";

export interface SavedVersion {
  side: SiteName;
  write: string;
  /** `Type/id`. */
  resource: string;
  version: number;
  /** The database's number of the row, as in the audit. */
  pid: number;
  /** As in the audit; `null` when there is no body, or another resource's. */
  content: number | null;
  refersTo: string | null;
}

export interface StrandedVersion extends Omit<SavedVersion, "content" | "refersTo"> {
  /** Versions made by one transaction of the database have the same number. */
  transaction: number;
  /** Without id and meta; `null` for a version that is a deletion. */
  body: object | null;
}

/** The Bundle of these versions, the newest first, as in every history. */
export function strandedBundle(versions: readonly StrandedVersion[]): object {
  return { resourceType: "Bundle", type: "history", entry: versions.map(entryOf).toReversed() };
}

function entryOf({ side, write, resource, version, pid, body }: StrandedVersion): object {
  const [, id] = resource.split("/");
  return {
    extension: [
      { url: WRITE, valueString: write },
      { url: ROW, valueDecimal: pid },
    ],
    fullUrl: `http://hapi-${side}:8080/fhir/${resource}`,
    ...(body === null ? {} : { resource: { ...body, id, meta: { versionId: String(version) } } }),
    request: { method: body === null ? "DELETE" : "PUT", url: resource },
    response: { status: body === null ? "204" : "200", etag: `W/"${version}"` },
  };
}

const EntrySchema = z.object({
  extension: z.tuple([
    z.object({ url: z.literal(WRITE), valueString: z.string() }),
    z.object({ url: z.literal(ROW), valueDecimal: z.number().int() }),
  ]),
  fullUrl: z.string().regex(/^http:\/\/hapi-[ab]:/),
  resource: z.record(z.string(), z.unknown()).optional(),
  request: z.object({ url: z.string() }),
  response: z.object({ etag: z.string().regex(/^W\/"\d+"$/) }),
});

const BundleSchema = z.object({ resourceType: z.literal("Bundle"), entry: z.array(EntrySchema) });

/** The versions in such a Bundle; of the bodies, what an audit records of them. Throws if it is not such a Bundle. */
export function savedIn(bundle: unknown): SavedVersion[] {
  return BundleSchema.parse(bundle).entry.map(({ extension: [write, row], fullUrl, resource, request, response }) => {
    const version = response.etag.slice(3, -1);
    return {
      side: z.enum(SITES).parse(fullUrl.charAt("http://hapi-".length)),
      write: write.valueString,
      resource: request.url,
      version: Number(version),
      pid: row.valueDecimal,
      ...saidBy(resource, `${request.url}/${version}`),
    };
  });
}

interface Saved {
  resourceType?: unknown;
  id?: unknown;
  meta?: { versionId?: unknown };
  subject?: { reference?: string };
}

function saidBy(resource: Saved | undefined, name: string): Pick<SavedVersion, "content" | "refersTo"> {
  if (resource === undefined || `${resource.resourceType}/${resource.id}/${resource.meta?.versionId}` !== name)
    return { content: null, refersTo: null };
  return { content: fingerprint(resource), refersTo: referenceOf(resource) };
}

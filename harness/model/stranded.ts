/**
 * What only a lost side holds, as the operator saves it for people: `stranded.json`, a FHIR Bundle of type history, for
 * no other type may hold several versions of a resource. Besides what FHIR has a place for, each entry tells by
 * extensions which write made the version, and the database's own number of it.
 */
import { z } from "zod";
import { SIDES, type Side } from "./side.ts";

const WRITE = "urn:fhirdrill:write";
const ROW = "urn:fhirdrill:row";

export interface SavedVersion {
  side: Side;
  write: string;
  /** `Type/id`. */
  resource: string;
  version: number;
  /** The database's number of the row, as in the audit. */
  pid: number;
}

export interface StrandedVersion extends SavedVersion {
  /** Versions that one transaction of the database made have one number. */
  transaction: number;
  /** Without id and meta; `null` for a version that is a deletion. */
  body: object | null;
}

/** The newest version first, as in every history. */
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
  request: z.object({ url: z.string() }),
  response: z.object({ etag: z.string().regex(/^W\/"\d+"$/) }),
});

const BundleSchema = z.object({ resourceType: z.literal("Bundle"), entry: z.array(EntrySchema) });

/** The other way round, without the bodies. Throws when it is no such bundle. */
export function savedIn(bundle: unknown): SavedVersion[] {
  return BundleSchema.parse(bundle).entry.map(({ extension: [write, row], fullUrl, request, response }) => ({
    side: z.enum(SIDES).parse(fullUrl.charAt("http://hapi-".length)),
    write: write.valueString,
    resource: request.url,
    version: Number(response.etag.slice(3, -1)),
    pid: row.valueDecimal,
  }));
}

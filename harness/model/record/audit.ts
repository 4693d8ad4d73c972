/** What the sites hold after the load: `audit.ndjson`. */
import { z } from "zod";
import { SITES } from "../plan/site.ts";

export const AuditSchema = z.discriminatedUnion("type", [
  /** One version of one resource in a site's database, with the write that made it. */
  z
    .object({
      type: z.literal("row"),
      side: z.enum(SITES),
      /** By the request id stored beside it; where FHIR alone was asked, by the identifier in the body, empty without one. */
      write: z.string(),
      resource: z.string(),
      version: z.number().int().nonnegative(),
      /** Whether the database names this version as the current one; not recorded in older runs. */
      current: z.boolean().optional(),
      /** The resource is deleted now, whatever this version was. */
      deleted: z.boolean(),
      /**
       * The database's own number of the row; a replicated copy has its original's. Unique within one timeline of a database:
       * after a logical failover the sites use disjoint ranges, and after a physical promotion the new primary assigns numbers
       * again that the old one used after the fork. Where FHIR alone was asked, the audit numbers the versions itself, equal on
       * both sites.
       */
      pid: z.number().int(),
      /** Fingerprint of the stored body (`model/load/content.ts`); `null` when no body could be read. */
      content: z.number().int().nullable(),
      /** The resource that its `subject` refers to. */
      refersTo: z.string().nullable(),
      /** Whether its identifier is in the search index; `null` if the version is not current, or the resource is deleted. */
      indexed: z.boolean().nullable(),
      /** Its `meta.lastUpdated`, ms since 1970: when it was made, by the clock of the server that made it. */
      updatedMs: z.number().nullable().optional(),
    })
    .refine(
      ({ current, deleted, indexed }) => current === undefined || (current && !deleted) === (indexed !== null),
      "only the current version of what is not deleted is in the index or missing there",
    ),
  /** The end of one site's rows; without it the list is not complete. */
  z
    .object({
      type: z.literal("rows-end"),
      side: z.enum(SITES),
      rows: z.number().int(),
      /** The version of the database that was read. */
      postgres: z.string().optional(),
      /** No database was read: the rows are what a FHIR server gave. */
      by: z.literal("fhir").optional(),
      /**
       * Whether that server was asked for everything with the run's tag. Where it was not, nobody looked for what bears the
       * name of no write that was sent.
       */
      listed: z.boolean().optional(),
    })
    .refine(({ postgres, by, listed }) => (postgres === undefined) === (by !== undefined && listed !== undefined), {
      message: "it does not say who was asked",
    }),
  /** A site whose database could not be read, or whose FHIR server did not tell all that it has. */
  z.object({ type: z.literal("unreadable"), side: z.enum(SITES), why: z.string() }),
  /** One resource read by its id through the site's FHIR API, because this write's answer named it. */
  z.object({
    type: z.literal("read"),
    side: z.enum(SITES),
    write: z.string(),
    resource: z.string(),
    status: z.number().int(),
    version: z.number().int().nullable(),
    /** Of the returned body, as for a row; `null` also when nothing was returned. Not recorded in older runs. */
    content: z.number().int().nullable().optional(),
    refersTo: z.string().nullable().optional(),
    /** The body's own `Type/id/version`, if it differs from the id that was requested and the version in the ETag. */
    misnamed: z.string().optional(),
  }),
  /** A search for one write's identifier through the site's FHIR API: the resources of the type that were found. */
  z.object({
    type: z.literal("search"),
    side: z.enum(SITES),
    write: z.string(),
    resourceType: z.string(),
    status: z.number().int(),
    found: z.array(z.string()),
  }),
  z.object({
    type: z.literal("reads-end"),
    side: z.enum(SITES),
    reads: z.number().int(),
    searches: z.number().int(),
    /** How many reads were wanted (`wanted-reads.ts`), within what time, and how long they took. Older runs read a sample. */
    wanted: z.number().int().optional(),
    withinMs: z.number().optional(),
    tookMs: z.number().optional(),
    /** Where FHIR alone was asked: how often, until two answers in a row were the same. */
    passes: z.number().int().optional(),
    /** Resources that were missing at first, or older than acknowledged, and were there later, and the longest that one took. */
    late: z.object({ count: z.number().int(), maxMs: z.number().nullable() }).optional(),
  }),
]);

export type AuditLine = z.infer<typeof AuditSchema>;
export type AuditRow = Extract<AuditLine, { type: "row" }>;
export type AuditRead = Extract<AuditLine, { type: "read" }>;
export type AuditSearch = Extract<AuditLine, { type: "search" }>;
export type RowsEnd = Extract<AuditLine, { type: "rows-end" }>;
export type ReadsEnd = Extract<AuditLine, { type: "reads-end" }>;

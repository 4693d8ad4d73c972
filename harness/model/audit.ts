/** What the nodes hold when the load is over: `audit.ndjson`. */
import { z } from "zod";
import { SIDES } from "./side.ts";

export const AuditSchema = z.discriminatedUnion("type", [
  /** One version of one resource that a node's database holds, with the write that made it. */
  z
    .object({
      type: z.literal("row"),
      side: z.enum(SIDES),
      /** By the request id stored beside it. */
      write: z.string(),
      resource: z.string(),
      version: z.number().int().nonnegative(),
      /** It is the version that the database names as the one of now; not written down by older makers. */
      current: z.boolean().optional(),
      /** The resource is deleted now, whatever this version was. */
      deleted: z.boolean(),
      /** The database's own number of the row. The sides count apart, so a copy has its original's number. */
      pid: z.number().int(),
      /** Fingerprint of the stored body (`model/content.ts`); `null` when there is none that could be read. */
      content: z.number().int().nullable(),
      /** The resource that its `subject` refers to. */
      refersTo: z.string().nullable(),
      /** Its identifier stands in the search index; `null` for one that is not current, or deleted. */
      indexed: z.boolean().nullable(),
      /** Its `meta.lastUpdated`, ms since 1970: when it was made, by the clock of the server that made it. */
      updatedMs: z.number().nullable().optional(),
    })
    .refine(
      ({ current, deleted, indexed }) => current === undefined || (current && !deleted) === (indexed !== null),
      "only the current version of what is not deleted is in the index or missing there",
    ),
  /** The end of one node's rows; without it the list is not whole. */
  z.object({ type: z.literal("rows-end"), side: z.enum(SIDES), rows: z.number().int(), postgres: z.string() }),
  /** A node whose database could not be read. */
  z.object({ type: z.literal("unreadable"), side: z.enum(SIDES), why: z.string() }),
  /** One resource asked for by its id through the node's FHIR API, because of what this write was told. */
  z.object({
    type: z.literal("read"),
    side: z.enum(SIDES),
    write: z.string(),
    resource: z.string(),
    status: z.number().int(),
    version: z.number().int().nullable(),
    /** Of what was given, as of a row; `null` also when nothing was given. Not written down by older makers. */
    content: z.number().int().nullable().optional(),
    refersTo: z.string().nullable().optional(),
    /** What the body calls itself, as `Type/id/version`, where that is not what was asked for and the ETag names. */
    misnamed: z.string().optional(),
  }),
  /** One write's identifier searched for through the node's FHIR API: which resources of the type were found. */
  z.object({
    type: z.literal("search"),
    side: z.enum(SIDES),
    write: z.string(),
    resourceType: z.string(),
    status: z.number().int(),
    found: z.array(z.string()),
  }),
  z.object({
    type: z.literal("reads-end"),
    side: z.enum(SIDES),
    reads: z.number().int(),
    searches: z.number().int(),
    /** How many reads there were to make (`wanted-reads.ts`), for how long, and how long they took. Older makers drew a sample. */
    wanted: z.number().int().optional(),
    withinMs: z.number().optional(),
    tookMs: z.number().optional(),
  }),
]);

export type AuditLine = z.infer<typeof AuditSchema>;
export type AuditRow = Extract<AuditLine, { type: "row" }>;
export type AuditRead = Extract<AuditLine, { type: "read" }>;
export type AuditSearch = Extract<AuditLine, { type: "search" }>;
export type ReadsEnd = Extract<AuditLine, { type: "reads-end" }>;

/** What the nodes hold when the load is over: `audit.ndjson`. */
import { z } from "zod";
import { SIDES } from "./side.ts";

export const AuditSchema = z.discriminatedUnion("type", [
  /** One version of one resource that a node's database holds, with the write that made it. */
  z.object({
    type: z.literal("row"),
    side: z.enum(SIDES),
    /** By the request id stored beside it. */
    write: z.string(),
    resource: z.string(),
    version: z.number().int().nonnegative(),
    /** The resource is deleted now, whatever this version was. */
    deleted: z.boolean(),
    /** The database's own number of the row. The sides count apart, so a copy has its original's number. */
    pid: z.number().int(),
    /** Fingerprint of the stored body (`model/content.ts`); `null` when there is none that could be read. */
    content: z.number().int().nullable(),
    /** The resource that its `subject` refers to. */
    refersTo: z.string().nullable(),
    /** Its identifier stands in the search index; `null` for a version that is no longer the newest. */
    indexed: z.boolean().nullable(),
    /** Its `meta.lastUpdated`, ms since 1970: when it was made, by the clock of the server that made it. */
    updatedMs: z.number().nullable().optional(),
  }),
  /** The end of one node's rows; without it the list is not whole. */
  z.object({ type: z.literal("rows-end"), side: z.enum(SIDES), rows: z.number().int(), postgres: z.string() }),
  /** A node whose database could not be read. */
  z.object({ type: z.literal("unreadable"), side: z.enum(SIDES), why: z.string() }),
  /** One acknowledged resource asked for through the node's FHIR API. */
  z.object({
    type: z.literal("read"),
    side: z.enum(SIDES),
    write: z.string(),
    resource: z.string(),
    status: z.number().int(),
    version: z.number().int().nullable(),
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
  z.object({ type: z.literal("reads-end"), side: z.enum(SIDES), reads: z.number().int(), searches: z.number().int() }),
]);

export type AuditLine = z.infer<typeof AuditSchema>;
export type AuditRow = Extract<AuditLine, { type: "row" }>;
export type AuditSearch = Extract<AuditLine, { type: "search" }>;

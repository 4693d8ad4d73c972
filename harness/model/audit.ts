/** What the nodes hold when the load is over: `audit.ndjson`. */
import { z } from "zod";
import { SIDES } from "./side.ts";

export const AuditSchema = z.discriminatedUnion("type", [
  /** One version of one resource that a node's database holds, with the write that made it. */
  z.object({
    type: z.literal("row"),
    side: z.enum(SIDES),
    write: z.string(),
    resource: z.string(),
    version: z.number().int(),
    deleted: z.boolean(),
    /** MD5 of the stored body. */
    body: z.string().nullable(),
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
  z.object({ type: z.literal("reads-end"), side: z.enum(SIDES), reads: z.number().int() }),
]);

export type AuditLine = z.infer<typeof AuditSchema>;
export type AuditRow = Extract<AuditLine, { type: "row" }>;

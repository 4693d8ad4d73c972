/**
 * The writes of the run found in a site's write-ahead log (WAL): a line of `wal.ndjson` for each time it was read. A
 * lost site's WAL is read before its database is started again, because it may be overwritten then.
 */
import { z } from "zod";
import { SITES } from "../plan/site.ts";

/** `own`: the database's own WAL; `archive`: the segments copied to the site's archive. */
export const WAL_PLACES = ["own", "archive"] as const;
export type WalPlace = (typeof WAL_PLACES)[number];

/** When the reading began, by the drill's clock, and how long it took. */
const reading = { side: z.enum(SITES), of: z.enum(WAL_PLACES), atMs: z.number(), tookMs: z.number().nonnegative() };

export const WalSchema = z.discriminatedUnion("type", [
  z.object({
    ...reading,
    type: z.literal("wal"),
    segments: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative(),
    /** Their ids, each once. */
    writes: z.array(z.string()),
  }),
  z.object({ ...reading, type: z.literal("unreadable"), why: z.string() }),
]);
export type WalLine = z.infer<typeof WalSchema>;

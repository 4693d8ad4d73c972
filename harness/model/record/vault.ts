/**
 * What the clients of the vault got of it, and what a thief would find: `vault.ndjson`. Its clients are the databases, or at
 * each site the renewer of certificates. Each site's lines say where they end, so that what was cut off is noticed.
 */
import { z } from "zod";
import { SITES } from "../plan/site.ts";

const side = { side: z.enum(SITES) };
/** By the clock of the containers. */
const epoch = { epochMs: z.number() };
const count = z.number().int().nonnegative();

/** What a client writes itself. */
const ClientLineSchema = z.discriminatedUnion("type", [
  /** It has what it asked for: a database its key, or a renewer a certificate that is valid until then. */
  z.object({ type: z.literal("given"), ...side, ...epoch, untilEpochMs: z.number().nullable() }),
  /** It asked in vain. HTTP status; 0 when no answer came. */
  z.object({ type: z.literal("not-given"), ...side, ...epoch, status: count }),
]);
export type ClientLine = z.infer<typeof ClientLineSchema>;

export const VaultLineSchema = z.discriminatedUnion("type", [
  ...ClientLineSchema.options,
  z.object({ type: z.literal("client-end"), ...side, lines: count }),
  /**
   * A text that the database holds was looked for in the content of every file of a site's data directory: as the database
   * sees it (`open`), and in a copy that was taken without the key (`stolen`).
   */
  z.object({ type: z.literal("searched"), ...side, of: z.enum(["open", "stolen"]), files: count, holding: count }),
  /** The clients' lines, or a data directory. */
  z.object({ type: z.literal("unreadable"), ...side, what: z.enum(["client", "data"]), why: z.string() }),
]);
export type VaultLine = z.infer<typeof VaultLineSchema>;
export type SearchedLine = Extract<VaultLine, { type: "searched" }>;

/** Of a client's own output; throws where there is something else in it. */
export function clientLinesIn(output: string): ClientLine[] {
  const texts = output.split("\n").filter((text) => text !== "");
  return texts.map((text) => ClientLineSchema.parse(JSON.parse(text)));
}

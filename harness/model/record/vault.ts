/**
 * What the vault's clients got, and what a thief would find: `vault.ndjson`. The clients are the databases, or each
 * site's certificate renewer. Each site's lines have an end line, so that truncated ones are noticed.
 */
import { z } from "zod";
import { SITES } from "../plan/site.ts";

const side = { side: z.enum(SITES) };
/** By the clock of the containers. */
const epoch = { epochMs: z.number() };
const count = z.number().int().nonnegative();

/** What a client writes itself. */
const ClientLineSchema = z.discriminatedUnion("type", [
  /** It got what it requested: a database its key, or a renewer a certificate that is valid until then. */
  z.object({ type: z.literal("given"), ...side, ...epoch, untilEpochMs: z.number().nullable() }),
  /** Its request failed. HTTP status; 0 when no answer came. */
  z.object({ type: z.literal("not-given"), ...side, ...epoch, status: count }),
]);
export type ClientLine = z.infer<typeof ClientLineSchema>;

export const VaultLineSchema = z.discriminatedUnion("type", [
  ...ClientLineSchema.options,
  z.object({ type: z.literal("client-end"), ...side, lines: count }),
  /**
   * The result of searching every file of a site's data directory for a text that the database holds: as the database
   * sees the files (`open`), and in a copy taken without the key (`stolen`). `bytes`: what the files take on disk; older
   * records have none.
   */
  z.object({
    ...{ type: z.literal("searched"), ...side, of: z.enum(["open", "stolen"]), files: count, holding: count },
    bytes: count.optional(),
  }),
  /** The clients' lines, or a data directory. */
  z.object({ type: z.literal("unreadable"), ...side, what: z.enum(["client", "data"]), why: z.string() }),
]);
export type VaultLine = z.infer<typeof VaultLineSchema>;
export type SearchedLine = Extract<VaultLine, { type: "searched" }>;

/** Parses a client's output; throws if it contains anything else. */
export function clientLinesIn(output: string): ClientLine[] {
  const texts = output.split("\n").filter((text) => text !== "");
  return texts.map((text) => ClientLineSchema.parse(JSON.parse(text)));
}

/** A vault that somebody else keeps, and what depends on it: the customer's key in place of the service's own. */
import { z } from "zod";

/** Once the vault is back, the service works again within so long: what the retired managed service promised. */
export const RECONNECTED_WITHIN_SECONDS = 1200;

/** HikariCP takes less for a mistake, and keeps a connection for half an hour instead. */
const LEAST_LIFETIME_SECONDS = 30;

/**
 * A vault (OpenBao) beside both sites. Without it nothing is encrypted by a key of the customer's, and FHIR servers log in by
 * password.
 */
export const VaultSchema = z.discriminatedUnion("guards", [
  /**
   * Each database's data directory is encrypted with a key of its own, which the vault wraps and a database has it unwrap at
   * each start.
   */
  z.object({
    guards: z.literal("data"),
    /** A database that gets no key asks again so much later. */
    retrySeconds: z.number().int().min(1).max(300),
  }),
  /** FHIR servers log in to the databases with client certificates that the vault issues. */
  z
    .object({
      guards: z.literal("access"),
      /** How long a certificate is valid. */
      certificateSeconds: z.number().int().min(20).max(3600),
      /** A new one is asked for so much after the last. */
      renewSeconds: z.number().int().min(5),
      /** How long a FHIR server keeps a connection, whose certificate nobody looks at again. */
      maxLifetimeSeconds: z
        .number()
        .int()
        .min(
          LEAST_LIFETIME_SECONDS,
          `maxLifetimeSeconds must be at least ${LEAST_LIFETIME_SECONDS}: with less, HikariCP keeps connections for 30 minutes`,
        ),
    })
    .refine(({ certificateSeconds, renewSeconds }) => 2 * renewSeconds <= certificateSeconds, {
      path: ["renewSeconds"],
      message: "renewSeconds must be at most half of certificateSeconds, so that one renewal may fail",
    }),
]);

export type VaultSettings = z.infer<typeof VaultSchema>;
export type Guards = VaultSettings["guards"];

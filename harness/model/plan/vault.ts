/** The customer's vault and what depends on it: the customer's key instead of the service's own, or certificates. */
import { z } from "zod";

/** The retired managed service promised to work again within this time after the vault's return. */
export const RECONNECTED_WITHIN_SECONDS = 1200;

/** HikariCP rejects less and keeps connections for half an hour instead. */
const LEAST_LIFETIME_SECONDS = 30;

/**
 * A vault (OpenBao) beside both sites. Without it, nothing is encrypted with a customer's key, and FHIR servers log in
 * by password.
 */
export const VaultSchema = z.discriminatedUnion("guards", [
  /**
   * Each database's data directory is encrypted with its own key. The key is wrapped by the vault, and the database has
   * it unwrapped there at each start.
   */
  z.object({
    guards: z.literal("data"),
    /** How long a database waits before it requests the key again. */
    retrySeconds: z.number().int().min(1).max(300),
  }),
  /** FHIR servers log in to the databases with client certificates that the vault issues. */
  z
    .object({
      guards: z.literal("access"),
      /** How long a certificate is valid. */
      certificateSeconds: z.number().int().min(20).max(3600),
      /** How long after one certificate the next is requested. */
      renewSeconds: z.number().int().min(5),
      /** How long a FHIR server keeps a connection, whose certificate is not checked again. */
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

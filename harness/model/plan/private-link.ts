/** Private link: how clients in private networks, one in each region, find the service. */
import { z } from "zod";

/**
 * Each region has a client network with its own resolver. The two networks are peered, and one private DNS zone is
 * linked to both. Its record maps the service's name to the address of a private endpoint, initially A's.
 */
export const PrivateLinkSchema = z
  .object({
    /** The regions with a private endpoint: only A, as the retired service promised, or both. */
    endpoints: z.enum(["a", "both"]),
    /**
     * How many seconds after a takeover the operator switches the record to the endpoint in the new primary's region;
     * `null`: never.
     */
    recordSeconds: z.number().nonnegative().nullable(),
    /** How long a client caches an address, whatever the record says. */
    dnsCacheSeconds: z.number().int().nonnegative(),
    /** `kept`: a client reuses its connection; `fresh`: it opens a new one for each request. */
    connections: z.enum(["kept", "fresh"]),
  })
  .refine(({ endpoints, recordSeconds }) => endpoints === "both" || recordSeconds === null, {
    path: ["recordSeconds"],
    message: "it must be null: with an endpoint in A's region only, the record has no other to switch to",
  });
export type PrivateLinkSettings = z.infer<typeof PrivateLinkSchema>;

/** Private link: how clients in a network of their own, one in each region, find the service. */
import { z } from "zod";

/**
 * Each region has a client network with a resolver of its own; the two are peered, and one private DNS zone is linked to
 * both. In it one record gives the service's name the address of a private endpoint. At first that is A's.
 */
export const PrivateLinkSchema = z
  .object({
    /** The regions with a private endpoint: A alone, as the retired service promised, or both. */
    endpoints: z.enum(["a", "both"]),
    /**
     * So many seconds after a site has taken over, the operator lets the record name the endpoint in that region; `null`: it
     * never does.
     */
    recordSeconds: z.number().nonnegative().nullable(),
    /** For how long a client keeps an address that it has looked up, whatever the record says. */
    dnsCacheSeconds: z.number().int().nonnegative(),
    /** `kept`: a client sends its next request over the same connection; `fresh`: each over one of its own. */
    connections: z.enum(["kept", "fresh"]),
  })
  .refine(({ endpoints, recordSeconds }) => endpoints === "both" || recordSeconds === null, {
    path: ["recordSeconds"],
    message: "with an endpoint in A's region only there is no other that the record could name: it must be null",
  });
export type PrivateLinkSettings = z.infer<typeof PrivateLinkSchema>;

/**
 * The customer revokes access to the key: the vault works, but gives its clients neither the databases' keys nor
 * certificates. Healing restores access. Active: the vault refuses a request by one of its clients. Cleared: it serves it.
 */
import { fault } from "./fault.ts";

const OK = 200;
/** Forbidden. */
const REFUSED = 403;

export const keyRevocation = fault("key-revocation", {
  needs: ["vault"],
  arm: ({ vault }) => ({
    inject: () => vault.setAllowed(false),
    evidence: async () => {
      const [allowed, status] = await Promise.all([vault.isAllowed(), vault.askAsClient()]);
      return {
        bit: !allowed && status === REFUSED,
        gone: allowed && status === OK,
        detail: { allowed, status },
      };
    },
    /** Checks at the vault alone: a client would request one more certificate. */
    recheck: async () => {
      const allowed = await vault.isAllowed();
      return { bit: !allowed, detail: { allowed } };
    },
    heal: () => vault.setAllowed(true),
  }),
});

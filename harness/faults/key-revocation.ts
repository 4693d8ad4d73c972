/**
 * The customer takes the key away: the vault works, and gives its clients neither the databases' keys nor certificates. Healing
 * gives it back. Active: the vault refuses what one of its clients asks for. Cleared: it gives it.
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
    /** Asked at the vault alone: a client would ask for one certificate more. */
    recheck: async () => {
      const allowed = await vault.isAllowed();
      return { bit: !allowed, detail: { allowed } };
    },
    heal: () => vault.setAllowed(true),
  }),
});

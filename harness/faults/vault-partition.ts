/**
 * The vault is partitioned from everybody: every packet to it is dropped. It works but cannot be reached. Active: packets
 * were dropped, and a client of the vault gets no answer. Cleared: no rule drops packets, and a client's request succeeds.
 */
import { fault } from "./fault.ts";

const OK = 200;
const NO_ANSWER = 0;

export const vaultPartition = fault("vault-partition", {
  needs: ["vault", "netfilter"],
  arm: ({ vault, netfilter }) => {
    const rules = [`INPUT -p tcp -m tcp --dport ${vault.port} -j DROP`];
    const packets = async () => (await netfilter.packetsOf("vault", rules))[0] ?? null;
    return {
      inject: () => netfilter.addRules("vault", rules),
      evidence: async () => {
        const status = await vault.askAsClient();
        const dropped = await packets();
        return {
          bit: dropped !== null && dropped > 0 && status === NO_ANSWER,
          gone: dropped === null && status === OK,
          detail: { dropped, status },
        };
      },
      /** Checks only that the rule is in place: a client would wait for its timeout. */
      recheck: async () => {
        const dropped = await packets();
        return { bit: dropped !== null, detail: { dropped } };
      },
      heal: () => netfilter.removeRules("vault", rules),
    };
  },
});

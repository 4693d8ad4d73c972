/**
 * The peering of the two client networks is lost: the router silently drops what it should forward. Each network works by
 * itself. Connections through the router stay open and continue after healing, if their ends still wait. Replication
 * takes another route.
 *
 * Active: packets were dropped, and clients of neither network get an answer from the other.
 */
import { SITES } from "../model/plan/site.ts";
import { fault } from "./fault.ts";

const RULES = ["FORWARD -j DROP"];

export const peeringLoss = fault("peering-loss", {
  needs: ["privateLink", "netfilter"],
  arm: ({ privateLink, netfilter }) => ({
    inject: () => netfilter.addRules("router", RULES),
    evidence: async () => {
      const [fromA, fromB] = await Promise.all(SITES.map((side) => privateLink.reachesOther(side)));
      const [dropped] = await netfilter.packetsOf("router", RULES);
      return {
        bit: !!dropped && !fromA && !fromB,
        gone: dropped === null && !!fromA && !!fromB,
        detail: { dropped, reached: { fromA, fromB } },
      };
    },
    /** Checks only that the rule is in place: an unanswered request takes a second. */
    recheck: async () => {
      const [dropped] = await netfilter.packetsOf("router", RULES);
      return { bit: dropped !== null, detail: { dropped } };
    },
    heal: () => netfilter.removeRules("router", RULES),
  }),
});

/**
 * Connections through a link break: the first bytes that come, from either end, are thrown away; `afterMs` later the end
 * that they were for is reset, and as long again after that the one from which they came. A connection that stood before
 * ends in the same way, but with an ordinary end instead of a reset; while it is idle it stands. So a request never
 * arrives, except one that was under way when it began: that is carried out, and its answer lost.
 */
import { WAYS } from "../system/links.ts";
import { roundTrip } from "./round-trip.ts";
import { toxicFault } from "./toxic-fault.ts";

const REST_MS = 1000;

export const linkReset = toxicFault("link-reset", {
  needs: ["links"],
  toxic: ({ link, afterMs }) => ({ link, type: "reset_peer", attributes: { timeout: afterMs }, ways: WAYS }),
  effect: async (system, { link, afterMs }) => {
    const { answer, tookMs } = await roundTrip(system, link, 2 * afterMs + REST_MS);
    const felt = answer === "ended" && tookMs >= 2 * afterMs;
    return { felt: felt || (answer === "answered" ? false : null), measured: { answer, tookMs } };
  },
});

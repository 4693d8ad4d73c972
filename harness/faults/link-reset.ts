/**
 * Connections through a link are reset. The first bytes from either end are dropped; `afterMs` later the receiving end
 * is reset, and after the same time again the sending end. A connection from before the fault ends in the same manner,
 * but with an ordinary close instead of a reset, and only once it carries bytes. So no request arrives, except one
 * already in flight at the start: it is carried out, and its answer is lost.
 */
import { DIRECTIONS } from "../system/links.ts";
import { roundTrip } from "./round-trip.ts";
import { toxicFault } from "./toxic-fault.ts";

const REST_MS = 1000;

export const linkReset = toxicFault("link-reset", {
  needs: ["links"],
  toxic: ({ link, afterMs }) => ({
    link,
    type: "reset_peer",
    attributes: { timeout: afterMs },
    directions: DIRECTIONS,
  }),
  effect: async (system, { link, afterMs }) => {
    const { answer, tookMs } = await roundTrip(system, link, 2 * afterMs + REST_MS);
    const felt = answer === "ended" && tookMs >= 2 * afterMs;
    return { felt: felt || (answer === "answered" ? false : null), measured: { answer, tookMs } };
  },
});

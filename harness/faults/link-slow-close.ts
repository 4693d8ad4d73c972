/**
 * A link delays the close of a connection, in both directions: the other end sees it `delayMs` later, and its own close
 * takes as long again to come back. Everything sent before arrives in time.
 */
import { DIRECTIONS } from "../system/links.ts";
import { roundTrip } from "./round-trip.ts";
import { toxicFault } from "./toxic-fault.ts";

const REST_MS = 1000;

export const linkSlowClose = toxicFault("link-slow-close", {
  needs: ["links"],
  toxic: ({ link, delayMs }) => ({ link, type: "slow_close", attributes: { delay: delayMs }, directions: DIRECTIONS }),
  effect: async (system, { link, delayMs }) => {
    const { answer, closedMs } = await roundTrip(system, link, 2 * delayMs + REST_MS);
    const felt = answer === "answered" && closedMs !== null ? closedMs >= 2 * delayMs : null;
    return { felt, measured: { answer, closedMs } };
  },
});

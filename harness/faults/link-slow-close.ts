/**
 * The end of a connection is late, both ways: who has said good-bye is held to be there for `delayMs`, and hears as long
 * again after that that the other end has gone, too. Everything said before comes in time.
 */
import { WAYS } from "../system/links.ts";
import { roundTrip } from "./round-trip.ts";
import { toxicFault } from "./toxic-fault.ts";

const REST_MS = 1000;

export const linkSlowClose = toxicFault("link-slow-close", {
  needs: ["links"],
  toxic: ({ link, delayMs }) => ({ link, type: "slow_close", attributes: { delay: delayMs }, ways: WAYS }),
  effect: async (system, { link, delayMs }) => {
    const { answer, closedMs } = await roundTrip(system, link, 2 * delayMs + REST_MS);
    const felt = answer === "answered" && closedMs !== null ? closedMs >= 2 * delayMs : null;
    return { felt, measured: { answer, closedMs } };
  },
});

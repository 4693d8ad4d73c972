/**
 * Messages are dropped in one direction while connections stay open. A lost `request` never arrives and is not carried
 * out. With a lost `acknowledgement` the request arrived and **was carried out**, and its sender does not know. Healing
 * ends the open connections: what was dropped stays lost.
 *
 * A server that closes after its answer reveals the loss of acknowledgements: its close still gets through, so the
 * client receives an empty answer at once instead of none.
 */
import { roundTrip } from "./round-trip.ts";
import { toxicFault } from "./toxic-fault.ts";

export const messageLoss = toxicFault("message-loss", {
  needs: ["links"],
  // A timeout of 0 means none: everything is dropped until the toxic is removed.
  toxic: ({ link, lost }) => ({
    link,
    type: "timeout",
    attributes: { timeout: 0 },
    directions: [lost === "request" ? "request" : "answer"],
  }),
  effect: async (system, { link }) => {
    const { answer, tookMs } = await roundTrip(system, link);
    return {
      felt: { silent: true, answered: false, ended: null, refused: null }[answer],
      measured: { answer, tookMs },
    };
  },
});

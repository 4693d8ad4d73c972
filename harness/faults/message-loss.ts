/**
 * Messages vanish one way and connections stay: a lost `request` never arrives and is not carried out; of a lost
 * `acknowledgement` the request arrived and **was carried out**, and who sent it does not know. Taken back, it ends the
 * connections it held: what vanished stays lost.
 *
 * A server that closes after its answer shows this: its end still comes through a loss of acknowledgements, and who asked
 * has an empty answer at once instead of none.
 */
import { roundTrip } from "./round-trip.ts";
import { toxicFault } from "./toxic-fault.ts";

export const messageLoss = toxicFault("message-loss", {
  needs: ["links"],
  // A timeout of 0 is none: everything vanishes until the toxic is taken back.
  toxic: ({ link, lost }) => ({
    link,
    type: "timeout",
    attributes: { timeout: 0 },
    ways: [lost === "request" ? "request" : "answer"],
  }),
  effect: async (system, { link }) => {
    const { answer, tookMs } = await roundTrip(system, link);
    return {
      felt: { silent: true, answered: false, ended: null, refused: null }[answer],
      measured: { answer, tookMs },
    };
  },
});

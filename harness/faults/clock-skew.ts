/**
 * The wall clock of a side's FHIR server is wrong by so much, as of a machine that lost touch with its time server. Each
 * answer says by that clock when it was given, so what bites is what anybody can see, for as long as the server answers.
 */
import { fault } from "./fault.ts";

const NOBODY = "Patient/fhirdrill-nobody";
/** The time is told in whole seconds, and by a server that may take its time to answer. */
const TOLERANCE_SECONDS = 4;

export const clockSkew = fault("clock-skew", {
  needs: ["hapi", "clocks"],
  arm: ({ hapi, clocks }, { side, offsetSeconds }) => {
    const set = async (seconds: number) => {
      const setClock = clocks[side];
      if (!setClock) throw new Error(`HAPI ${side.toUpperCase()} has no clock of its own that could be set`);
      await setClock(seconds);
    };
    return {
      inject: () => set(offsetSeconds),
      evidence: async () => {
        const { headers } = await hapi[side].request(NOBODY);
        const off = (Date.parse(headers.get("Date") ?? "") - Date.now()) / 1000;
        const isOffBy = (seconds: number) => Math.abs(off - seconds) < TOLERANCE_SECONDS;
        return { bit: isOffBy(offsetSeconds), gone: isOffBy(0), detail: { side, offSeconds: Math.round(off) } };
      },
      heal: () => set(0),
    };
  },
});

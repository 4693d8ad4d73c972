/**
 * The wall clock of a site's FHIR server is off by a fixed amount, as on a machine that lost its time server. Every
 * response carries that clock's time, so the offset is observable while the server answers.
 */
import { fault } from "./fault.ts";

const NOBODY = "Patient/fhirdrill-nobody";
/** Responses carry whole seconds, and a slow server's response arrives late. */
const TOLERANCE_SECONDS = 4;

export const clockSkew = fault("clock-skew", {
  needs: ["hapi", "clocks"],
  arm: ({ hapi, clocks }, { side, offsetSeconds }) => {
    const set = async (seconds: number) => {
      const setClock = clocks[side];
      if (!setClock) throw new Error(`HAPI ${side.toUpperCase()} has no clock of its own to set`);
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

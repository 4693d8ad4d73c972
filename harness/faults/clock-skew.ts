/**
 * The wall clock of a side's FHIR server is wrong by so much, as of a machine that lost touch with its time server. Each
 * answer says by that clock when it was given, so what bites is what anybody can see, for as long as the server answers.
 */
import type { FaultOf } from "../model/fault.ts";
import type { Side } from "../model/side.ts";
import { setClock } from "../topology/clock.ts";
import type { Topology } from "../topology/topology.ts";
import type { Fault } from "./fault.ts";

const NOBODY = "Patient/fhirdrill-nobody";
/** The time is told in whole seconds, and by a server that may take its time to answer. */
const TOLERANCE_SECONDS = 4;

export const clockSkew: Fault<FaultOf<"clock-skew">> = {
  arm: (topology, { side, offsetSeconds }) => ({
    inject: () => set(topology, side, offsetSeconds),
    evidence: async () => {
      const { headers } = await topology.hapi[side].request(NOBODY);
      const off = (Date.parse(headers.get("Date") ?? "") - Date.now()) / 1000;
      const isOffBy = (seconds: number) => Math.abs(off - seconds) < TOLERANCE_SECONDS;
      return { bit: isOffBy(offsetSeconds), gone: isOffBy(0), detail: { side, offSeconds: Math.round(off) } };
    },
    heal: () => set(topology, side, 0),
  }),
};

async function set({ hapi }: Topology, side: Side, offsetSeconds: number): Promise<void> {
  const { container, hasOwnClock } = hapi[side];
  if (!hasOwnClock) throw new Error(`HAPI ${side.toUpperCase()} has no clock of its own that could be set`);
  await setClock(container, offsetSeconds);
}

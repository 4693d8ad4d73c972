/**
 * A part's server is killed in an instant, as by a kernel that is out of memory; it is healed by being started again. While
 * it lasts the part is dead, by the engine's word; what runs again and does not answer yet is neither.
 */
import type { FaultOf } from "../model/fault.ts";
import { kill, startAgain, stateOf } from "../topology/parts.ts";
import type { Fault } from "./fault.ts";

export const processKill: Fault<FaultOf<"process-kill">> = {
  arm: (topology, { part }) => ({
    inject: () => kill(topology, part),
    evidence: async () => {
      const state = await stateOf(topology, part);
      return { bit: state === "dead", gone: state === "works", detail: { part, state } };
    },
    heal: async () => void (await startAgain(topology, part)),
  }),
};

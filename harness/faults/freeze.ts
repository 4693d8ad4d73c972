/**
 * A part stands still: its address takes connections, and nothing answers. When it is healed it goes on where it stood,
 * and does what had been asked of it meanwhile: a virtual machine that was moved, a disk that hung.
 */
import type { FaultOf } from "../model/fault.ts";
import { handleOfPart, stateOf } from "../topology/parts.ts";
import type { Fault } from "./fault.ts";

export const freeze: Fault<FaultOf<"freeze">> = {
  arm: (topology, { part }) => ({
    inject: async () => void (await handleOfPart(topology, part).pause()),
    evidence: async () => {
      const state = await stateOf(topology, part);
      return { bit: state === "frozen", gone: state === "works", detail: { part, state } };
    },
    /** The engine's word alone: whoever asks the part itself leaves it a request, which it answers when it goes on. */
    recheck: async () => {
      const { Running, Paused } = (await handleOfPart(topology, part).inspect()).State;
      return { bit: Paused, detail: { part, running: Running, paused: Paused } };
    },
    heal: async () => {
      const handle = handleOfPart(topology, part);
      if ((await handle.inspect()).State.Paused) await handle.unpause();
    },
  }),
};

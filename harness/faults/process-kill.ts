/**
 * A part's server is killed in an instant, as by a kernel that is out of memory; it is healed by being started again. While
 * it lasts the part is dead, by the engine's word; what runs again and does not answer yet is neither.
 */
import { fault } from "./fault.ts";

export const processKill = fault("process-kill", {
  needs: ["component"],
  arm: ({ component }, { part }) => ({
    inject: () => component(part).kill(),
    evidence: async () => {
      const state = await component(part).state();
      return { bit: state === "dead", gone: state === "works", detail: { part, state } };
    },
    heal: async () => void (await component(part).startAgain()),
  }),
});

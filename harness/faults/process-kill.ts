/**
 * A component's server is killed at once, as by a kernel that is out of memory. Healing starts it again. Active: the
 * engine reports it as dead. Running again but not answering yet is neither active nor cleared.
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

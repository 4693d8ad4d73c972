/**
 * A component is frozen: its address accepts connections, and nothing answers. Healed, it resumes where it stopped and
 * handles the requests that arrived meanwhile, like a virtual machine after a migration or a disk after a hang.
 */
import { fault } from "./fault.ts";

export const freeze = fault("freeze", {
  needs: ["component"],
  arm: ({ component }, { part }) => ({
    inject: () => component(part).freeze(),
    evidence: async () => {
      const state = await component(part).state();
      return { bit: state === "frozen", gone: state === "works", detail: { part, state } };
    },
    /** Asks the engine: a request to the component itself would queue there and be answered after healing. */
    recheck: async () => {
      const { running, frozen } = await component(part).status();
      return { bit: frozen, detail: { part, running, paused: frozen } };
    },
    heal: () => component(part).thaw(),
  }),
});

/**
 * A part stands still: its address takes connections, and nothing answers. When it is healed it goes on where it stood,
 * and does what had been asked of it meanwhile: a virtual machine that was moved, a disk that hung.
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
    /** Whoever asks the part itself leaves it a request, which it answers when it goes on. */
    recheck: async () => {
      const { running, frozen } = await component(part).status();
      return { bit: frozen, detail: { part, running, paused: frozen } };
    },
    heal: () => component(part).thaw(),
  }),
});

/**
 * All DCS members are killed at one instant. The databases run, but nothing can determine any more which of them is the
 * primary; whether writes continue depends on the settings. Healing starts the members again.
 */
import { fault } from "./fault.ts";

export const dcsLoss = fault("dcs-loss", {
  needs: ["dcs"],
  arm: ({ dcs }) => {
    const { members } = dcs;
    return {
      inject: async () => void (await Promise.all(members.map(({ component }) => component.kill()))),
      evidence: async () => {
        const states = await Promise.all(members.map(({ component }) => component.state()));
        return {
          bit: members.length > 0 && states.every((state) => state === "dead"),
          gone: states.every((state) => state === "works"),
          detail: { members: Object.fromEntries(members.map(({ name }, i) => [name, states[i]])) },
        };
      },
      heal: async () => void (await Promise.all(members.map(({ component }) => component.startAgain()))),
    };
  },
});

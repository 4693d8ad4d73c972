/**
 * All members of the store of the lock are killed at one instant. The databases are well, but nobody can say any more
 * which of them is the primary; whether writes go on depends on the settings. Healing starts the members again.
 */
import type { Component } from "../system/component.ts";
import { fault } from "./fault.ts";

export const dcsLoss = fault("dcs-loss", {
  needs: ["dcs"],
  arm: ({ dcs }) => {
    const members = dcs?.members ?? [];
    const each = (act: (component: Component) => Promise<unknown>) =>
      Promise.all(members.map(({ component }) => act(component)));
    return {
      inject: async () => {
        if (members.length === 0) throw new Error("there is no store that could be lost");
        await each((component) => component.kill());
      },
      evidence: async () => {
        const states = await Promise.all(members.map(({ component }) => component.state()));
        return {
          bit: members.length > 0 && states.every((state) => state === "dead"),
          gone: states.every((state) => state === "works"),
          detail: { members: Object.fromEntries(members.map(({ name }, i) => [name, states[i]])) },
        };
      },
      heal: async () => void (await each((component) => component.startAgain())),
    };
  },
});

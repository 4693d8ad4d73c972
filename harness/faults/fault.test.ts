import { expect, test } from "vitest";
import type { System } from "../system/system.ts";
import { fault } from "./fault.ts";

const acts = { inject: async () => {}, evidence: async () => ({ bit: false, detail: {} }), heal: async () => {} };
const dcs = { members: [], port: 2379 };

test("a fault gets the capabilities that it needs, and cannot be armed without them", () => {
  const given: unknown[] = [];
  const loss = fault("dcs-loss", {
    needs: ["dcs"],
    arm: (system) => {
      given.push(system.dcs.port);
      return acts;
    },
  });
  const arm = (system: Pick<System, "dcs">) => loss.arm(system, { kind: "dcs-loss", afterSeconds: 0 });
  expect(arm({ dcs })).toBe(acts);
  expect(() => arm({ dcs: null })).toThrow(/^dcs-loss needs a system that keeps its primary's lock in a store/);
  expect(given).toEqual([2379]);
});

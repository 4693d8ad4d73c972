import { expect, test } from "vitest";
import { bareNetfilter } from "../../../system/testing/bare-system.ts";
import type { ClientNetwork } from "./network.ts";
import { legOf } from "./router.ts";

const NETWORK = { subnet: "172.30.0.0/16" } as ClientNetwork;

function leg() {
  const present = new Set<string>();
  const netfilter = bareNetfilter({
    addRules: async (_, rules) => {
      for (const rule of rules) present.add(rule);
    },
    removeRules: async (_, rules) => {
      for (const rule of rules) present.delete(rule);
    },
    packetsOf: async (_, rules) => rules.map((rule) => (present.has(rule) ? 3 : null)),
  });
  return { present, component: legOf(netfilter, NETWORK) };
}

test("a killed leg drops what leaves its network and what enters it, until it is started again", async () => {
  const { present, component } = leg();
  expect([await component.state(), await component.status()]).toEqual(["works", { running: true, frozen: false }]);
  await component.kill();
  await component.kill();
  expect([...present]).toEqual(["FORWARD -s 172.30.0.0/16 -j DROP", "FORWARD -d 172.30.0.0/16 -j DROP"]);
  expect([await component.state(), await component.status()]).toEqual(["dead", { running: false, frozen: false }]);
  expect(await component.startAgain()).toBe(true);
  expect([present.size, await component.state(), await component.startAgain()]).toEqual([0, "works", false]);
});

test("a frozen leg is reported as frozen", async () => {
  const { component } = leg();
  await component.freeze();
  expect([await component.state(), await component.status()]).toEqual(["frozen", { running: true, frozen: true }]);
  await component.thaw();
  expect(await component.state()).toBe("works");
});

/** What is broken of client networks: by its cause and by what a client sees, both of which are needed. */
import { expect, test } from "vitest";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { ComponentState } from "../system/component.ts";
import { bareComponent, bareLinks, bareNetfilter, barePrivateLink, bareSystem } from "../system/testing/bare-system.ts";
import { armFault, needsOf } from "./index.ts";

const ADDRESS = "10.0.1.80";
const at = { afterSeconds: 0 };

/** Both networks well; a test breaks cause and effect apart. */
function setUp() {
  const is = {
    resolver: "works" as ComponentState,
    address: ADDRESS as string | null,
    reached: true,
    packets: null as number | null,
    linked: { a: true, b: true },
  };
  const privateLink = barePrivateLink({
    resolver: () =>
      bareComponent({
        state: async () => is.resolver,
        status: async () => ({ running: is.resolver !== "dead", frozen: false }),
        kill: async () => {
          is.resolver = "dead";
        },
        startAgain: async () => {
          is.resolver = "works";
          return true;
        },
      }),
    setLinked: async (side, linked) => {
      is.linked[side] = linked;
    },
    lookUp: async () => is.address,
    reachesOther: async () => is.reached,
  });
  const netfilter = bareNetfilter({
    addRules: async (place, rules) => {
      expect([place, rules]).toEqual(["router", ["FORWARD -j DROP"]]);
      is.packets = 0;
    },
    removeRules: async () => {
      is.packets = null;
    },
    packetsOf: async () => [is.packets],
  });
  const look = async (spec: FaultSpec) => {
    const { bit, gone } = await armFault(bareSystem({ privateLink, netfilter }), spec).evidence();
    return [bit, gone];
  };
  return { is, look, arm: (spec: FaultSpec) => armFault(bareSystem({ privateLink, netfilter }), spec) };
}

test("a lost resolver is dead, and its clients find nothing", async () => {
  const spec: FaultSpec = { kind: "resolver-loss", side: "b", ...at };
  const { is, look, arm } = setUp();
  expect(await look(spec)).toEqual([false, true]);
  await arm(spec).inject();
  expect(await look(spec)).toEqual([false, false]);
  is.address = null;
  expect(await look(spec)).toEqual([true, false]);
  expect((await arm(spec).recheck()).bit).toBe(true);
  await arm(spec).heal();
  expect(await look(spec)).toEqual([false, false]);
});

test("a zone that is not linked leaves a resolver that works, and does not know the name", async () => {
  const spec: FaultSpec = { kind: "zone-unlinked", side: "b", ...at };
  const { is, look, arm } = setUp();
  await arm(spec).inject();
  expect(is.linked).toEqual({ a: true, b: false });
  expect(await look(spec)).toEqual([false, true]);
  is.address = null;
  expect(await look(spec)).toEqual([true, false]);
  is.resolver = "dead";
  expect(await look(spec)).toEqual([false, false]);
  await arm(spec).heal();
  expect(is.linked.b).toBe(true);
});

test("a lost peering drops packets, and neither network gets an answer from the other", async () => {
  const spec: FaultSpec = { kind: "peering-loss", ...at };
  const { is, look, arm } = setUp();
  expect(await look(spec)).toEqual([false, true]);
  await arm(spec).inject();
  is.reached = false;
  expect(await look(spec)).toEqual([false, false]);
  is.packets = 7;
  expect(await look(spec)).toEqual([true, false]);
  is.reached = true;
  expect(await look(spec)).toEqual([false, false]);
  await arm(spec).heal();
  expect(await look(spec)).toEqual([false, true]);
});

test("a region is lost with its client network, or without it", async () => {
  const killed: string[] = [];
  const machine = (name: string) => ({ name, component: bareComponent({ kill: async () => void killed.push(name) }) });
  const links = bareLinks({ setEnabled: async () => {} });
  const site = () => ({ beforeServer: [machine("pg")], server: machine("hapi"), network: [machine("dns")] });
  const loss: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", ...at };
  await armFault(bareSystem({ links, site }), loss).inject();
  expect(killed).toEqual(["pg", "hapi"]);
  await armFault(bareSystem({ links, site }), { ...loss, network: true }).inject();
  expect(killed.slice(2)).toEqual(["pg", "hapi", "dns"]);
  expect(needsOf(loss)).not.toContain("privateLink");
  expect(needsOf({ ...loss, network: true })).toContain("privateLink");
});

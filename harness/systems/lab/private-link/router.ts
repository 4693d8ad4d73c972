/** The peering: a router with an interface (leg) in each client network. Each leg can be broken like a component. */
import type { StartedTestContainer } from "testcontainers";
import type { SiteName } from "../../../model/plan/site.ts";
import type { Component } from "../../../system/component.ts";
import type { Netfilter } from "../../../system/netfilter.ts";
import type { Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { dockerOf } from "../engine-client.ts";
import { must } from "./must.ts";
import { type ClientNetwork, MemberContainer } from "./network.ts";

export async function startRouter(
  engine: Engine,
  where: Omit<Where, "network">,
  { a, b }: Record<SiteName, ClientNetwork>,
): Promise<StartedTestContainer> {
  const container = await new MemberContainer(where, "router", a, a.addresses.router)
    .withAddedCapabilities("NET_ADMIN")
    .withSysctl("net.ipv4.ip_forward", "1")
    .start();
  await dockerOf(engine)
    .getNetwork(b.name)
    .connect({
      Container: container.getId(),
      EndpointConfig: { Aliases: ["router"], IPAMConfig: { IPv4Address: b.addresses.router } },
    });
  // Servers answer to the router, so they need no route of their own, which a restart would remove.
  await must(container, "iptables -t nat -A POSTROUTING -j MASQUERADE");
  return container;
}

/** A broken leg drops all packets that leave or enter the network. Killed and frozen have the same effect. */
export function legOf(netfilter: Netfilter, { subnet }: ClientNetwork): Component {
  const rules = ["s", "d"].map((end) => `FORWARD -${end} ${subnet} -j DROP`);
  let frozen = false;
  const isCut = async () => (await netfilter.packetsOf("router", rules)).every((packets) => packets !== null);
  const cut = async () => {
    if (!(await isCut())) await netfilter.addRules("router", rules);
  };
  const restore = async () => {
    frozen = false;
    await netfilter.removeRules("router", rules);
  };
  return {
    state: async () => ((await isCut()) ? (frozen ? "frozen" : "dead") : "works"),
    status: async () => {
      const down = await isCut();
      return { running: !down || frozen, frozen: down && frozen };
    },
    kill: cut,
    freeze: async () => {
      frozen = true;
      await cut();
    },
    thaw: restore,
    startAgain: async () => {
      const down = await isCut();
      await restore();
      return down;
    },
  };
}

/**
 * Packets to a link, or back from it, are dropped silently: nothing is refused. Unlike after a cut or a removed toxic,
 * healing ends no connection: old ones continue once their packets are retransmitted, or wait for a timer of their own.
 *
 * The rules are in the network namespace of the link server, where each link listens at its own port. `request` means
 * packets towards the link, `answer` those that it sends back, TCP acknowledgements included: dropping either stops
 * every connection.
 */
import type { FaultOf } from "../model/plan/fault.ts";
import { hostAndPort } from "../system/address.ts";
import { fault } from "./fault.ts";
import { roundTrip } from "./round-trip.ts";

type PacketDrop = FaultOf<"packet-drop">;

export const packetDrop = fault("packet-drop", {
  needs: ["netfilter", "links"],
  arm: (system, spec) => {
    const { netfilter, links } = system;
    const rules = rulesOf(hostAndPort(links.addressWithin(spec.link)).port, spec.direction);
    const packets = () => netfilter.packetsOf("links", rules);
    return {
      inject: () => netfilter.addRules("links", rules),
      evidence: async () => {
        const before = await packets();
        const { answer } = await roundTrip(system, spec.link);
        const after = await packets();
        const dropped = after.map((count, index) => (count === null ? null : count - (before[index] ?? 0)));
        const ruled = !dropped.includes(null);
        const detail = { link: spec.link, direction: spec.direction, ruled, dropped, answer };
        return {
          // With both directions dropped, only the request rule may have packets to drop.
          bit: ruled && dropped.some((count) => count !== null && count > 0) && answer === "silent",
          gone: dropped.every((count) => count === null) && answer === "answered",
          detail,
        };
      },
      /** Checks the rules and how many packets they have dropped so far. A request through the link would hang. */
      recheck: async () => {
        const dropped = await packets();
        return { bit: !dropped.includes(null), detail: { link: spec.link, dropped } };
      },
      heal: () => netfilter.removeRules("links", rules),
    };
  },
});

/** iptables rules; `port` is where the link listens. */
export function rulesOf(port: number, direction: PacketDrop["direction"]): string[] {
  const request = `INPUT -p tcp -m tcp --dport ${port} -j DROP`;
  const answer = `OUTPUT -p tcp -m tcp --sport ${port} -j DROP`;
  return { request: [request], answer: [answer], both: [request, answer] }[direction];
}

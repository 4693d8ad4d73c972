/**
 * Packets on their way to a link, or back from it, vanish: nothing is refused and nobody is told. Unlike a cut, or a
 * toxic taken back, its healing ends no connection: what stood before goes on once its packets are sent again, or
 * waits for a timer of its own.
 *
 * The rules stand where all links listen, each at a port of its own. `request` are packets towards the link, `answer`
 * those that it sends back, acknowledgements of TCP among them: one direction alone is enough for no connection to work.
 */
import type { FaultOf } from "../model/fault.ts";
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
          // Of both directions, that of the requests may be the only one with anything to drop.
          bit: ruled && dropped.some((count) => count !== null && count > 0) && answer === "silent",
          gone: dropped.every((count) => count === null) && answer === "answered",
          detail,
        };
      },
      /** That the rules are there, and how many packets they have dropped by now. A request through the link would hang. */
      recheck: async () => {
        const dropped = await packets();
        return { bit: !dropped.includes(null), detail: { link: spec.link, dropped } };
      },
      heal: () => netfilter.removeRules("links", rules),
    };
  },
});

/** `port` is where the link listens. */
export function rulesOf(port: number, direction: PacketDrop["direction"]): string[] {
  const request = `INPUT -p tcp -m tcp --dport ${port} -j DROP`;
  const answer = `OUTPUT -p tcp -m tcp --sport ${port} -j DROP`;
  return { request: [request], answer: [answer], both: [request, answer] }[direction];
}

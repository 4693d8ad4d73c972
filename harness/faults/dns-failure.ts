/**
 * One component cannot resolve any name: its name server refuses every query at once, as if it had died. The component
 * keeps using what it has: open connections; in nginx, the addresses resolved at its start or last reload; in a JVM,
 * names resolved in the last 30 s.
 */
import { fault } from "./fault.ts";
import { lookFor } from "./name-look.ts";

export const dnsFailure = fault("dns-failure", {
  needs: ["netfilter", "links"],
  arm: (system, { part }) => {
    const { netfilter } = system;
    const rules = [`OUTPUT -d ${netfilter.nameServer} -j REJECT --reject-with icmp-port-unreachable`];
    return {
      inject: () => netfilter.addRules(part, rules),
      evidence: async () => {
        const found = await lookFor(system, part);
        // A dead component has lost its rules with its network.
        if (found === null) return { bit: false, detail: { part, runs: false } };
        const [refused] = await netfilter.packetsOf(part, rules);
        return {
          bit: !!refused && found.address === null && !found.connects,
          gone: refused === null && found.address !== null && found.connects,
          detail: { part, runs: true, refused, ...found },
        };
      },
      /** Checks only that the rule is in place: a failing lookup takes a second. A dead component has lost the rule. */
      recheck: async () => {
        const [refused] = await netfilter.packetsOf(part, rules);
        return { bit: refused !== null, detail: { part, refused } };
      },
      heal: () => netfilter.removeRules(part, rules),
    };
  },
});

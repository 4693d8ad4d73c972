/**
 * One component can look up no name: its name server refuses every question at once, as if it had died. The component
 * goes on using what it knows: open connections; in nginx, the addresses read at its start or last reload; in a JVM,
 * what it looked up in the last 30 s.
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
        const look = await lookFor(system, part);
        // A dead component has lost its rules with its network.
        if (look === null) return { bit: false, detail: { part, runs: false } };
        const [refused] = await netfilter.packetsOf(part, rules);
        return {
          bit: !!refused && look.address === null && !look.connects,
          gone: refused === null && look.address !== null && look.connects,
          detail: { part, runs: true, refused, ...look },
        };
      },
      /** Checks only that the rule is there: a lookup that fails takes a second. A dead component has lost the rule. */
      recheck: async () => {
        const [refused] = await netfilter.packetsOf(part, rules);
        return { bit: refused !== null, detail: { part, refused } };
      },
      heal: () => netfilter.removeRules(part, rules),
    };
  },
});

/**
 * No name can be looked up in one part: its name server refuses every question at once, as one that has died. What the
 * part knows already it goes on using: open connections, nginx the addresses it read when it started or was told to read
 * its configuration again, a JVM what it looked up in the last half minute.
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
        // Whoever is dead has lost its rules with its network.
        if (look === null) return { bit: false, detail: { part, runs: false } };
        const [refused] = await netfilter.packetsOf(part, rules);
        return {
          bit: !!refused && look.address === null && !look.connects,
          gone: refused === null && look.address !== null && look.connects,
          detail: { part, runs: true, refused, ...look },
        };
      },
      /** That the rule is there: to look for a name in vain takes a second. Whoever is dead has lost it. */
      recheck: async () => {
        const [refused] = await netfilter.packetsOf(part, rules);
        return { bit: refused !== null, detail: { part, refused } };
      },
      heal: () => netfilter.removeRules(part, rules),
    };
  },
});

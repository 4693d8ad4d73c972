/**
 * In one component the name of the link server resolves to an unused address, as with a DNS record that was not updated
 * after a failover: the component's new connections go nowhere. The address belongs to the system's own network. As with
 * `dns-failure`, open connections survive, and restarting the component clears the fault.
 */
import { hostAndPort } from "../system/address.ts";
import { fault } from "./fault.ts";
import { lookFor } from "./name-look.ts";

const MARK = "# stale, by the drill";

export const dnsStale = fault("dns-stale", {
  needs: ["netfilter", "links"],
  arm: (system, { part }) => ({
    inject: async () => {
      const line = `${await system.netfilter.deadAddress()} ${hostAndPort(system.links.server).host} ${MARK}`;
      const done = await system.netfilter.run(part, `echo '${line}' >> /etc/hosts`);
      if (done?.exitCode !== 0)
        throw new Error(`cannot change the hosts file of ${part}: ${done?.output ?? "it is dead"}`);
    },
    evidence: async () => {
      const [dead, found] = [await system.netfilter.deadAddress(), await lookFor(system, part)];
      if (found === null) return { bit: false, detail: { part, runs: false } };
      const isStale = found.address === dead;
      return {
        bit: isStale && !found.connects,
        gone: !isStale && found.address !== null && found.connects,
        detail: { part, runs: true, ...found, dead },
      };
    },
    /** Checks only that the name still has the wrong address: an unanswered connection takes a second. */
    recheck: async () => {
      const done = await system.netfilter.run(part, `grep -c '${MARK}$' /etc/hosts`);
      // `grep` exits with 1 when it finds none.
      if (done !== null && done.exitCode > 1) throw new Error(`cannot read the hosts file of ${part}: ${done.output}`);
      return { bit: done?.exitCode === 0, detail: { part, runs: done !== null } };
    },
    heal: async () => {
      // Overwritten in place, not replaced: the file is mounted into the component.
      const script = `grep -v '${MARK}$' /etc/hosts > /tmp/hosts; cat /tmp/hosts > /etc/hosts`;
      const done = await system.netfilter.run(part, script);
      if (done && done.exitCode !== 0) throw new Error(`cannot change the hosts file of ${part}: ${done.output}`);
    },
  }),
});

/**
 * In one component the name of the server of all links resolves to an address nobody has, as with a record that was not
 * changed after a failover: new connections of that component go nowhere. The address is one of the system's own
 * network. As with `dns-failure`, open connections go on, and a component that is started again has lost the fault.
 */
import { hostAndPort } from "../system/address.ts";
import { fault } from "./fault.ts";
import { lookFor } from "./name-look.ts";

const MARK = "# stale by order of the drill";

export const dnsStale = fault("dns-stale", {
  needs: ["netfilter", "links"],
  arm: (system, { part }) => ({
    inject: async () => {
      const line = `${await system.netfilter.deadAddress()} ${hostAndPort(system.links.server).host} ${MARK}`;
      const done = await system.netfilter.run(part, `echo '${line}' >> /etc/hosts`);
      if (done?.exitCode !== 0)
        throw new Error(`the names of ${part} cannot be changed: ${done?.output ?? "it is dead"}`);
    },
    evidence: async () => {
      const [dead, look] = [await system.netfilter.deadAddress(), await lookFor(system, part)];
      if (look === null) return { bit: false, detail: { part, runs: false } };
      const leadsTo = look.address === dead ? "nobody" : look.address;
      return {
        bit: leadsTo === "nobody" && !look.connects,
        gone: leadsTo !== "nobody" && look.address !== null && look.connects,
        detail: { part, runs: true, ...look, dead },
      };
    },
    /** Checks only that the name still has the wrong address: a connection that nobody answers takes a second. */
    recheck: async () => {
      const done = await system.netfilter.run(part, `grep -c '${MARK}$' /etc/hosts`);
      // `grep` exits with 1 when it found none.
      if (done !== null && done.exitCode > 1) throw new Error(`the names of ${part} cannot be read: ${done.output}`);
      return { bit: done?.exitCode === 0, detail: { part, runs: done !== null } };
    },
    heal: async () => {
      // Overwritten in place, not replaced: this very file is mounted into the component.
      const script = `grep -v '${MARK}$' /etc/hosts > /tmp/hosts; cat /tmp/hosts > /etc/hosts`;
      const done = await system.netfilter.run(part, script);
      if (done && done.exitCode !== 0) throw new Error(`the names of ${part} cannot be changed: ${done.output}`);
    },
  }),
});

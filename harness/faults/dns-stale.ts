/**
 * In one part the name of the server of all links leads to an address where nobody lives, as a record does that was not
 * changed after a failover: new connections of that part go nowhere, until it learns better. The address is the last one
 * of the run's own network, which the engine gives out only when it has no other. What stood before goes on, as with
 * `dns-failure`; and as there, a part that is started again has lost it.
 */
import type { FaultOf } from "../model/fault.ts";
import { LINK_SERVER } from "../topology/links.ts";
import { containerOf } from "../topology/parts.ts";
import type { Topology } from "../topology/topology.ts";
import type { Fault } from "./fault.ts";
import { lookFor } from "./name-look.ts";

const MARK = "# stale by order of the drill";

export const dnsStale: Fault<FaultOf<"dns-stale">> = {
  arm: (topology, { part }) => ({
    inject: async () => {
      const line = `${await deadAddress(topology)} ${LINK_SERVER.name} ${MARK}`;
      const done = await topology.netfilter.run(containerOf(topology, part), `echo '${line}' >> /etc/hosts`);
      if (done?.exitCode !== 0)
        throw new Error(`the names of ${part} cannot be changed: ${done?.output ?? "it is dead"}`);
    },
    evidence: async () => {
      const [dead, look] = [await deadAddress(topology), await lookFor(topology, part)];
      if (look === null) return { bit: false, detail: { part, runs: false } };
      const leadsTo = look.address === dead ? "nobody" : look.address;
      return {
        bit: leadsTo === "nobody" && !look.connects,
        gone: leadsTo !== "nobody" && look.address !== null && look.connects,
        detail: { part, runs: true, ...look, dead },
      };
    },
    /** That the name still stands there with the wrong address: to connect to nobody takes a second. */
    recheck: async () => {
      const done = await topology.netfilter.run(containerOf(topology, part), `grep -c '${MARK}$' /etc/hosts`);
      // It ends with 1 when it found none.
      if (done !== null && done.exitCode > 1) throw new Error(`the names of ${part} cannot be read: ${done.output}`);
      return { bit: done?.exitCode === 0, detail: { part, runs: done !== null } };
    },
    heal: async () => {
      // Written over, not replaced: the part has this very file.
      const script = `grep -v '${MARK}$' /etc/hosts > /tmp/hosts; cat /tmp/hosts > /etc/hosts`;
      const done = await topology.netfilter.run(containerOf(topology, part), script);
      if (done && done.exitCode !== 0) throw new Error(`the names of ${part} cannot be changed: ${done.output}`);
    },
  }),
};

async function deadAddress({ engine, network }: Topology): Promise<string> {
  const { IPAM } = await engine.container.dockerode.getNetwork(network).inspect();
  const subnet = IPAM?.Config?.[0]?.Subnet;
  if (!subnet) throw new Error(`network ${network} has no addresses`);
  return lastAddressOf(subnet);
}

/** The one before the broadcast address: of 172.18.0.0/16, 172.18.255.254. */
export function lastAddressOf(subnet: string): string {
  const [base, bits] = subnet.split("/") as [string, string];
  const start = base.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const last = start + 2 ** (32 - Number(bits)) - 2;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join(".");
}

/**
 * Commands in the network namespace of another container, which has its ports, firewall and name server. They run in a
 * sidecar container, which starts with the first command and is removed with the run. It shares the other's /etc/hosts
 * and /etc/resolv.conf, so names resolve as in the other container, whose image needs no tools for this.
 *
 * Only this file calls iptables.
 */
import type { StartedTestContainer } from "testcontainers";
import type { Netfilter, Place } from "../../system/netfilter.ts";
import { DrillContainer, handleOf, type Where } from "./container.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";

export function netfilterOf(
  engine: Engine,
  where: Where,
  containerAt: (place: Place) => StartedTestContainer,
): Netfilter {
  const sidecars = new Map<string, Promise<StartedTestContainer>>();

  const run: Netfilter["run"] = async (place, script) => {
    const container = containerAt(place);
    const { Id, Config, State } = await handleOf(engine, container).inspect();
    if (!State.Running) return null;
    // A restarted container has a new network namespace; only the old sidecar is still in the old one.
    const network = `${Id} ${State.StartedAt}`;
    const sidecar =
      sidecars.get(network) ??
      new DrillContainer(where, `netfilter-${sidecars.size + 1}-${Config.Hostname}`)
        .inNetworkOf(container)
        .withAddedCapabilities("NET_ADMIN")
        .start();
    sidecars.set(network, sidecar);
    return (await sidecar).exec(["bash", "-c", script]);
  };

  const must = async (place: Place, script: string): Promise<string> => {
    const done = await run(place, script);
    if (done === null) throw new Error(`${containerAt(place).getName()} does not run, so its network takes no rules`);
    if (done.exitCode !== 0) throw new Error(`${script}: ${done.output.trim()}`);
    return done.output;
  };

  return {
    run,
    addRules: async (place, rules) => {
      const lines = ["*filter", ...rules.map((rule) => `-A ${rule}`), "COMMIT"];
      await must(place, `iptables-restore --noflush <<'END'\n${lines.join("\n")}\nEND`);
    },
    removeRules: async (place, rules) => {
      const each = rules.map((rule) => `if iptables -C ${rule} 2>/dev/null; then iptables -D ${rule}; fi`);
      // A container that no longer runs has lost its rules.
      const done = await run(place, ["set -e", ...each].join("\n"));
      if (done && done.exitCode !== 0) throw new Error(`rules cannot be removed: ${done.output.trim()}`);
    },
    packetsOf: async (place, rules) => {
      const done = await run(place, "iptables-save --counters --table filter");
      if (done && done.exitCode !== 0) throw new Error(`rules cannot be listed: ${done.output.trim()}`);
      return rules.map((rule) => packetsIn(done?.output ?? "", rule));
    },
    // The engine's own name server, the same in every container.
    nameServer: "127.0.0.11/32",
    deadAddress: async () => lastAddressOf(await subnetOf(engine, where.network)),
  };
}

/** A network's IPv4 address range, such as 172.18.0.0/16. */
export async function subnetOf(engine: Engine, network: string): Promise<string> {
  const { IPAM } = await dockerOf(engine).getNetwork(network).inspect();
  const subnet = IPAM?.Config?.find(({ Subnet }) => Subnet?.includes("."))?.Subnet;
  if (!subnet) throw new Error(`network ${network} has no IPv4 address range`);
  return subnet;
}

/** The 3 in a line like `[3:180] -A INPUT -p tcp -m tcp --dport 5441 -j DROP`. */
export function packetsIn(listing: string, rule: string): number | null {
  const line = listing.split("\n").find((each) => each.trim().endsWith(`] -A ${rule}`));
  const packets = line && /^\[(\d+):\d+\]/.exec(line)?.[1];
  return packets ? Number(packets) : null;
}

/**
 * The address before the broadcast address: for 172.18.0.0/16, 172.18.255.254. The engine assigns it only when no other
 * is left.
 */
export function lastAddressOf(subnet: string): string {
  return addressIn(subnet, 2 ** (32 - Number(subnet.split("/")[1])) - 2);
}

/** The address at an offset in the range: 172.18.0.0/16 and 53 give 172.18.0.53. */
export function addressIn(subnet: string, offset: number): string {
  const [base] = subnet.split("/") as [string];
  const address = base.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

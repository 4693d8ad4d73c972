/**
 * Commands in the network of another container, where its ports, its firewall and its name server are: run by a side
 * container, which starts with the first of them and goes with the run. It has the other's /etc/hosts and
 * /etc/resolv.conf, too, so that a name is looked up as the other would, and the other's image needs no tool for it.
 *
 * This file is the only one that speaks iptables.
 */
import type { StartedTestContainer } from "testcontainers";
import { DrillContainer, handleOf, type Where } from "./container.ts";
import type { Engine } from "./engine.ts";

export interface Netfilter {
  /** All at one instant; each as `iptables-save` would write it. */
  addRules: (container: StartedTestContainer, rules: string[]) => Promise<void>;
  /** Those that are there, once each. */
  removeRules: (container: StartedTestContainer, rules: string[]) => Promise<void>;
  /** How many packets each rule has met; `null` for one that is not there. */
  packetsOf: (container: StartedTestContainer, rules: string[]) => Promise<(number | null)[]>;
  /** A line of shell, as root. A container that does not run has no network: `null`. */
  run: (container: StartedTestContainer, script: string) => Promise<{ exitCode: number; output: string } | null>;
}

export function netfilterOf(engine: Engine, where: Where): Netfilter {
  const sides = new Map<string, Promise<StartedTestContainer>>();

  const run: Netfilter["run"] = async (container, script) => {
    const { Id, Config, State } = await handleOf(engine, container).inspect();
    if (!State.Running) return null;
    // A container that was started again has a new network, and whoever shared the old one is alone in it.
    const network = `${Id} ${State.StartedAt}`;
    const side =
      sides.get(network) ??
      new DrillContainer(where, `netfilter-${sides.size + 1}-${Config.Hostname}`)
        .inNetworkOf(container)
        .withAddedCapabilities("NET_ADMIN")
        .start();
    sides.set(network, side);
    return (await side).exec(["bash", "-c", script]);
  };

  const must = async (container: StartedTestContainer, script: string): Promise<string> => {
    const done = await run(container, script);
    if (done === null) throw new Error(`${container.getName()} does not run, so nothing can be ruled in its network`);
    if (done.exitCode !== 0) throw new Error(`${script}: ${done.output.trim()}`);
    return done.output;
  };

  return {
    run,
    addRules: async (container, rules) => {
      const lines = ["*filter", ...rules.map((rule) => `-A ${rule}`), "COMMIT"];
      await must(container, `iptables-restore --noflush <<'END'\n${lines.join("\n")}\nEND`);
    },
    removeRules: async (container, rules) => {
      const each = rules.map((rule) => `if iptables -C ${rule} 2>/dev/null; then iptables -D ${rule}; fi`);
      // What does not run any more has taken its rules with it.
      const done = await run(container, ["set -e", ...each].join("\n"));
      if (done && done.exitCode !== 0) throw new Error(`rules cannot be removed: ${done.output.trim()}`);
    },
    packetsOf: async (container, rules) => {
      const done = await run(container, "iptables-save --counters --table filter");
      if (done && done.exitCode !== 0) throw new Error(`rules cannot be listed: ${done.output.trim()}`);
      return rules.map((rule) => packetsIn(done?.output ?? "", rule));
    },
  };
}

/** Of a line like `[3:180] -A INPUT -p tcp -m tcp --dport 5441 -j DROP`, the 3. */
export function packetsIn(listing: string, rule: string): number | null {
  const line = listing.split("\n").find((each) => each.trim().endsWith(`] -A ${rule}`));
  const packets = line && /^\[(\d+):\d+\]/.exec(line)?.[1];
  return packets ? Number(packets) : null;
}

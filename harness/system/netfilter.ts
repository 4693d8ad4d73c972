/** Packet filtering in a component's network namespace, and commands there. */
import type { ComponentName } from "../model/plan/site.ts";

/** A component, the link server, the router between the client networks, or the vault. */
export type Place = ComponentName | "links" | "router" | "vault";

export interface Ran {
  exitCode: number;
  output: string;
}

export interface Netfilter {
  /** Adds all rules at one instant; each in the notation of `iptables-save`. */
  addRules: (at: Place, rules: string[]) => Promise<void>;
  /** Removes those that exist, once each. */
  removeRules: (at: Place, rules: string[]) => Promise<void>;
  /** How many packets each rule has matched; `null` for one that does not exist. */
  packetsOf: (at: Place, rules: string[]) => Promise<(number | null)[]>;
  /** Runs a shell command as root. `null` for a component that does not run: it has no network. */
  run: (at: Place, script: string) => Promise<Ran | null>;
  /** The address of the name server of all components; nothing else is at that address. */
  nameServer: string;
  /** An unused address in the shared network. */
  deadAddress: () => Promise<string>;
}

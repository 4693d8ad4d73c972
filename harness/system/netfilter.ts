/** What can be done to the packets of a component, and what it sees of its network. */
import type { ComponentName } from "../model/plan/site.ts";

/** A component, the server of all links, the router between the client networks, or the vault, where there are such. */
export type Place = ComponentName | "links" | "router" | "vault";

export interface Ran {
  exitCode: number;
  output: string;
}

export interface Netfilter {
  /** Adds all rules at one instant; each is written as `iptables-save` writes it. */
  addRules: (at: Place, rules: string[]) => Promise<void>;
  /** Removes those that are there, once each. */
  removeRules: (at: Place, rules: string[]) => Promise<void>;
  /** How many packets each rule has met; `null` for one that is not there. */
  packetsOf: (at: Place, rules: string[]) => Promise<(number | null)[]>;
  /** Runs a line of shell, as root. `null` for a component that does not run: it has no network. */
  run: (at: Place, script: string) => Promise<Ran | null>;
  /** The address of the name server that all components ask; nothing else is at that address. */
  nameServer: string;
  /** An address that nobody has, in the shared network. */
  deadAddress: () => Promise<string>;
}

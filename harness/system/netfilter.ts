/** What can be done to the packets of a component, and what it finds in its network. */
import type { Part } from "../model/side.ts";

/** A component, or the server of all links. */
export type Place = Part | "links";

export interface Ran {
  exitCode: number;
  output: string;
}

export interface Netfilter {
  /** All at one instant; each as `iptables-save` would write it. */
  addRules: (at: Place, rules: string[]) => Promise<void>;
  /** Those that are there, once each. */
  removeRules: (at: Place, rules: string[]) => Promise<void>;
  /** How many packets each rule has met; `null` for one that is not there. */
  packetsOf: (at: Place, rules: string[]) => Promise<(number | null)[]>;
  /** A line of shell, as root. What does not run has no network: `null`. */
  run: (at: Place, script: string) => Promise<Ran | null>;
  /** Of the name server that all components ask; nothing else is at that address. */
  nameServer: string;
  /** Where nobody lives, in the network of all. */
  deadAddress: () => Promise<string>;
}

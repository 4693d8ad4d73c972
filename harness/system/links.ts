/** The links of a system, each of which can be slowed, cut or redirected. */
import type { Link } from "../model/plan/site.ts";
import type { Address } from "./address.ts";

/** The direction of bytes: `request` from the end that connected, `answer` back to it. */
export const DIRECTIONS = ["request", "answer"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What is done to the bytes of a link in one direction; the attributes give the amount. */
export interface Toxic {
  name: string;
  type: "latency" | "bandwidth" | "reset_peer" | "slow_close" | "timeout";
  direction: Direction;
  attributes: Record<string, number>;
}

export interface Links {
  /** The address of a link for the harness. */
  addressOf: (link: Link) => Address;
  /** Its address for the system's components. */
  addressWithin: (link: Link) => Address;
  /** The address of the link server for the components. It answers whatever is done to a link. */
  server: Address;
  /** `false` refuses new connections and ends the open ones; `true` accepts connections again. */
  setEnabled: (link: Link, enabled: boolean) => Promise<void>;
  isEnabled: (link: Link) => Promise<boolean>;
  /** Points a link to the target of another one and enables it; its open connections end. */
  redirect: (link: Link, to: Link) => Promise<void>;
  /** In force for open and new connections when it resolves. A link has at most one toxic of a name. */
  addToxic: (link: Link, toxic: Toxic) => Promise<void>;
  /** Does nothing when the link has no such toxic. */
  removeToxic: (link: Link, name: string) => Promise<void>;
  toxicsOf: (link: Link) => Promise<string[]>;
}

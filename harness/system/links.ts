/** The arrows of a system, each of which can be slowed, cut or led elsewhere. */
import type { Link } from "../model/side.ts";
import type { Address } from "./address.ts";

/** Which way bytes go: a request from whoever connected, or the answer to it. */
export const WAYS = ["request", "answer"] as const;
export type Way = (typeof WAYS)[number];

/** What is done to the bytes of a link, one way; the attributes say how much. */
export interface Toxic {
  name: string;
  type: "latency" | "bandwidth" | "reset_peer" | "slow_close" | "timeout";
  way: Way;
  attributes: Record<string, number>;
}

export interface Links {
  /** Where the harness finds a link. */
  addressOf: (link: Link) => Address;
  /** Where the components of the system find it. */
  addressWithin: (link: Link) => Address;
  /** Where they find the server of all links, which answers whatever is done to a link. */
  server: Address;
  /** Refuses new connections and ends the present ones, or takes them again. */
  setEnabled: (link: Link, enabled: boolean) => Promise<void>;
  isEnabled: (link: Link) => Promise<boolean>;
  /** The link leads to where another one leads, and is open; its present connections end. */
  redirect: (link: Link, to: Link) => Promise<void>;
  /** In force for present connections and new ones when it resolves. A link has one toxic of a name. */
  addToxic: (link: Link, toxic: Toxic) => Promise<void>;
  /** Nothing is done about one that is not there. */
  removeToxic: (link: Link, name: string) => Promise<void>;
  toxicsOf: (link: Link) => Promise<string[]>;
}

/** The links of a system, each of which can be slowed, cut or redirected. */
import type { Link } from "../model/plan/site.ts";
import type { Address } from "./address.ts";

/** The direction of bytes: a request from the end that connected, or the answer to it. */
export const WAYS = ["request", "answer"] as const;
export type Setup = (typeof WAYS)[number];

/** What is done to the bytes of a link in one direction; the attributes say how much. */
export interface Toxic {
  name: string;
  type: "latency" | "bandwidth" | "reset_peer" | "slow_close" | "timeout";
  way: Setup;
  attributes: Record<string, number>;
}

export interface Links {
  /** Where the harness finds a link. */
  addressOf: (link: Link) => Address;
  /** Where the system's components find it. */
  addressWithin: (link: Link) => Address;
  /** Where the components find the server of all links, which answers whatever is done to a link. */
  server: Address;
  /** `false` refuses new connections and ends the present ones; `true` accepts connections again. */
  setEnabled: (link: Link, enabled: boolean) => Promise<void>;
  isEnabled: (link: Link) => Promise<boolean>;
  /** Makes a link lead where another one leads, and opens it; its present connections end. */
  redirect: (link: Link, to: Link) => Promise<void>;
  /** In force for present and new connections when it resolves. A link has at most one toxic of a name. */
  addToxic: (link: Link, toxic: Toxic) => Promise<void>;
  /** Does nothing when the link has no such toxic. */
  removeToxic: (link: Link, name: string) => Promise<void>;
  toxicsOf: (link: Link) => Promise<string[]>;
}

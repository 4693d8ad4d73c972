/**
 * The distributed configuration store (DCS, Patroni's term), in which a system that fails over by itself keeps its
 * leader lock. It has several members and works while a majority of them agrees.
 */
import type { Machine } from "./site.ts";

export interface Dcs {
  /** Each in a region of its own, reachable by its name in the shared network. */
  members: readonly Machine[];
  /** The port at which each member answers. */
  port: number;
}

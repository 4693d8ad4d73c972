/**
 * Where a system that fails over by itself keeps the lock of its primary: the distributed configuration store (DCS), in
 * Patroni's words. It is made of several members, and works while most of them agree.
 */
import type { Machine } from "./site.ts";

export interface Dcs {
  /** Each at a site of its own, and known by its name in the network of all. */
  members: readonly Machine[];
  /** At which each of them is asked. */
  port: number;
}

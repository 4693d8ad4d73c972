/** Everything that stands at one site and is lost with it. */
import type { Component } from "./component.ts";

export interface Machine {
  name: string;
  component: Component;
}

export interface Site {
  /** In starting order: the database of the FHIR server, after whatever that needs. */
  beforeServer: readonly Machine[];
  server: Machine;
  /** The region's client network, where it has one: in starting order, too. It may be lost with the site, or not. */
  network?: readonly Machine[];
}

export function machinesOf({ beforeServer, server }: Site): Machine[] {
  return [...beforeServer, server];
}

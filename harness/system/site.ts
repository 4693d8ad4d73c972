/** Everything at one site, which is lost with it. */
import type { Component } from "./component.ts";

export interface Machine {
  name: string;
  component: Component;
}

export interface Site {
  /** In starting order: the FHIR server's database, preceded by whatever that needs. */
  beforeServer: readonly Machine[];
  server: Machine;
  /** The region's client network, if it has one, also in starting order. It may be lost with the site, or not. */
  network?: readonly Machine[];
}

export function machinesOf({ beforeServer, server }: Site): Machine[] {
  return [...beforeServer, server];
}

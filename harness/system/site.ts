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
}

export function machinesOf({ beforeServer, server }: Site): Machine[] {
  return [...beforeServer, server];
}

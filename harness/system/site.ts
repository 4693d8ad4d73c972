/** All that stands at one site, and is gone when the site is. */
import type { Component } from "./component.ts";

export interface Machine {
  name: string;
  component: Component;
}

export interface Site {
  /** In the order in which they are started: what the FHIR server's database needs, and that itself. */
  beforeServer: readonly Machine[];
  server: Machine;
}

export function machinesOf({ beforeServer, server }: Site): Machine[] {
  return [...beforeServer, server];
}

/** The service as its clients see it: one FHIR base, whoever answers behind it. */
import type { Address } from "./address.ts";
import type { Ask } from "./fhir-server.ts";

export interface Edge {
  /** Asks as a client does. The path is below the FHIR base, without a leading slash. */
  ask: Ask;
  /**
   * For a program beside the system (`runBeside`): the FHIR base, and what each of its requests must carry, valid for that
   * long. Rejects where it cannot be.
   */
  fromBeside: (forMs: number) => Promise<FromBeside>;
}

export interface FromBeside {
  baseUrl: string;
  headers: Record<string, string>;
  /** A file on this machine with the certificates to trust; the program's own where there is none. */
  ca?: string | undefined;
}

/** One FHIR base, and how it is asked. */
export interface Base {
  ask: Ask;
  base: string;
}

/** Asks a FHIR server, or what stands before it, at its address. */
export function askAt(address: Address): Ask {
  return (path, init) => fetch(`http://${address}/fhir/${path}`, init);
}

/** The service as its clients see it: one FHIR base, whichever site answers behind it. */
import type { Address } from "./address.ts";
import type { Ask } from "./fhir-server.ts";

export interface Edge {
  /** Sends a request as a client does. The path is below the FHIR base, without a leading slash. */
  ask: Ask;
  /**
   * For a program beside the system (`runBeside`): the FHIR base and the headers of its requests, valid for that long.
   * Rejects if they cannot be valid for so long.
   */
  fromBeside: (forMs: number) => Promise<FromBeside>;
}

export interface FromBeside {
  baseUrl: string;
  headers: Record<string, string>;
  /** A file on this machine with the CA certificates to trust; without one, the program trusts its own. */
  ca?: string | undefined;
}

/** A FHIR base, and how to send requests to it. */
export interface Base {
  ask: Ask;
  base: string;
}

/** Sends requests to a FHIR server, or to its proxy, at this address. */
export function askAt(address: Address): Ask {
  return (path, init) => fetch(`http://${address}/fhir/${path}`, init);
}

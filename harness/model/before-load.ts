/**
 * What stands before the first write of the load: the registers that its updates share, and what A was filled with. No
 * write of the load made any of it, so that none would miss it; the seed says what it is.
 */
import { type FirstVersion, firstVersionOf, REGISTERS, seededResource, type WriteMix } from "./write.ts";

/** Of a scenario, what decides it. */
export interface Prepared {
  load: { mix: WriteMix };
  start: { resources: number };
}

export interface BeforeLoad {
  /** None where the load updates nothing. */
  registers: FirstVersion[];
  seeded: FirstVersion[];
}

export function beforeLoad(seed: number, { load, start }: Prepared): BeforeLoad {
  return {
    registers: listOf(load.mix.update > 0 ? REGISTERS : 0, (register) => firstVersionOf(seed, register)),
    seeded: listOf(start.resources, (number) => seededResource(seed, number)),
  };
}

function listOf<T>(length: number, make: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => make(index));
}

/**
 * What exists before the load's first write: the registers that its updates share, and the resources that A was filled
 * with. No write of the load made them, so their loss would not show as a lost write. The seed decides their content.
 */
import {
  type FirstVersion,
  firstVersionOf,
  REGISTERS,
  seededResource,
  type WriteForm,
  type WriteMix,
} from "./write.ts";

/** The fields of a scenario that decide it. */
export interface Prepared {
  load: { mix: WriteMix } & WriteForm;
  start: { resources: number };
}

export interface BeforeLoad {
  /** Empty if the load has no updates. */
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

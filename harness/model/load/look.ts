/**
 * Looks: the reads and searches that clients send beside the writes. Each is for a register, chosen by the seed,
 * because for registers it is known which version was acknowledged when.
 *
 * This file runs in k6 and in Node: it imports nothing but such files.
 */
import { chance, REGISTERS, registerIdPrefix } from "./write.ts";

/** `read`: of a resource by its id; `search`: finds the same resource through the index. */
export const LOOK_KINDS = ["read", "search"] as const;
export type LookKind = (typeof LOOK_KINDS)[number];

export interface PlannedLook {
  /** Counts the looks of a load from 0. */
  n: number;
  by: LookKind;
  register: number;
  /** Below the FHIR base. */
  path: string;
}

/** Separates these random numbers from those of the writes. */
const OF_LOOKS = 0x100c5;

export function planLook(seed: number, n: number, of: LookKind | "both"): PlannedLook {
  const by = of === "both" ? (LOOK_KINDS[n % 2] as LookKind) : of;
  const register = Math.floor(chance(seed ^ OF_LOOKS, n) * REGISTERS);
  const id = `${registerIdPrefix(seed)}${register}`;
  return { n, by, register, path: by === "read" ? `Patient/${id}` : `Patient?_id=${id}` };
}

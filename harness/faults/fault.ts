/**
 * A fault: how it is injected, what shows that it is active, and how it is healed. One fault, one file;
 * `faults/index.ts` lists them. Evidence is always observed, never inferred from the fact that something was injected.
 */
import { type Capability, lackOf } from "../model/plan/capability.ts";
import type { FaultOf, FaultSpec } from "../model/plan/fault.ts";
import type { Observed } from "../model/record/detail.ts";
import type { System } from "../system/system.ts";

export interface Evidence {
  bit: boolean;
  /**
   * Cleared: the fault is no longer active. A fault with a cause and an effect is active (`bit`) when both are observed
   * and cleared when neither is. Omitted by other faults: for them, not active means cleared.
   */
  gone?: boolean;
  /** What was observed; the same observation serves after healing. */
  detail: Observed;
}

export interface Fault<Spec> {
  /** The fault cannot be injected into a system that lacks one of these. */
  needs: readonly Capability[];
  /**
   * Called once per drill, before the load. Changes nothing yet. State that a fault needs between its acts lives in its
   * closure.
   */
  arm: (system: System, spec: Spec) => Acts;
}

/** The capabilities that a fault declares in `needs`, all present. */
export type Given<Needs extends Capability> = { [Need in Needs]: NonNullable<System[Need]> };

export function fault<Kind extends FaultSpec["kind"], const Needs extends Capability>(
  kind: Kind,
  { needs, arm }: { needs: readonly Needs[]; arm: (system: Given<Needs>, spec: FaultOf<Kind>) => Acts },
) {
  return {
    needs,
    arm: (system: Pick<System, Needs>, spec: FaultOf<Kind>): Acts => {
      const lack = lackOf(needs, new Set(needs.filter((need) => system[need] !== null)));
      if (lack !== null) throw new Error(`${kind} ${lack}`);
      return arm(system as Given<Needs>, spec);
    },
  };
}

export interface Acts {
  inject: () => Promise<void>;
  evidence: () => Promise<Evidence>;
  /**
   * Whether the fault is still active: called every other second while it lasts and once more just before healing, so
   * it must be quick and must not disturb the system. Defaults to `evidence`. If `evidence` sends traffic over a slow
   * link, gives work to a starved component or leaves requests with a frozen one, this checks the cause alone:
   * `evidence` has shown the effect.
   */
  recheck?: () => Promise<Evidence>;
  /** Undoes the injection as far as commands can. The system must do the rest of the recovery. */
  heal: () => Promise<void>;
}

/**
 * A fault: what it does, how one sees that it bit, how it is taken back. One fault, one file; `faults/index.ts` lists
 * them. Evidence comes from a look of its own, never from the fact that the order was given.
 */
import type { FaultOf, FaultSpec } from "../model/fault.ts";
import type { Capability } from "../system/capabilities.ts";
import type { System } from "../system/system.ts";

export interface Evidence {
  bit: boolean;
  /**
   * That it no longer bites. Where it has a cause and an effect, both are needed to have bitten, and neither is left when
   * it is gone; elsewhere this is left out and means that it has not bitten.
   */
  gone?: boolean;
  /** What was seen; the same look serves after the healing. */
  detail: Record<string, unknown>;
}

export interface Fault<Spec> {
  /** Without any of these it cannot be injected. */
  needs: readonly Capability[];
  /** Once for a drill, before its load. Nothing is done yet; what a fault has to remember from one act to the next, it keeps here. */
  arm: (system: System, spec: Spec) => Acts;
}

/** It can touch of a system what it says that it needs, and nothing else. */
export function fault<Kind extends FaultSpec["kind"], const Needs extends Capability>(
  _kind: Kind,
  does: { needs: readonly Needs[]; arm: (system: Pick<System, Needs>, spec: FaultOf<Kind>) => Acts },
): typeof does {
  return does;
}

export interface Acts {
  inject: () => Promise<void>;
  evidence: () => Promise<Evidence>;
  /**
   * Whether it still bites, asked every other second for as long as it lasts and once more just before the healing: so it is
   * quick, and disturbs nobody. Left out where `evidence` is so. Where that sends something over a link that was made slow,
   * gives work to what is starved or leaves requests to what stands still, this looks at the cause alone: its effect was seen
   * by the evidence.
   */
  recheck?: () => Promise<Evidence>;
  /** Takes it back, as far as that is done by an order; what it then takes to recover is the system's own affair. */
  heal: () => Promise<void>;
}

/** A fault on real components, injected, observed and healed as in a drill. */
import { expect } from "vitest";
import { type ArmedFault, armFault } from "../harness/faults/index.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import { startClock } from "../harness/model/record/clock.ts";
import { isGone, perform, type Stage } from "../harness/run/act.ts";
import type { System } from "../harness/system/system.ts";

/** Time for a vault to unseal, and for its clients to ask it. */
const HEALS_WITHIN_MS = 60_000;

/** Acts as a drill does and returns the fault's reported states. */
export async function act(does: "inject" | "heal", fault: ArmedFault, healsWithinMs = 10_000): Promise<string[]> {
  const states: string[] = [];
  const tell: Stage["tell"] = (state, detail) => {
    console.log(`${fault.spec.kind} ${state} ${JSON.stringify(detail)}`);
    states.push(state);
  };
  await perform(does, fault, { tell, now: startClock(), signal: new AbortController().signal, healsWithinMs });
  return states;
}

/** Not active before, active after the injection, cleared after healing. */
export async function tryOut(system: System, spec: FaultSpec, healsWithinMs?: number): Promise<void> {
  const fault = armFault(system, spec);
  expect((await fault.evidence()).bit).toBe(false);
  expect(await act("heal", fault, healsWithinMs)).toEqual(["healed"]);
  expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
  const unhealed = await fault.evidence();
  expect([unhealed.bit, isGone(unhealed)], JSON.stringify(unhealed.detail)).toEqual([true, false]);
  const lasting = await fault.recheck();
  expect([lasting.bit, isGone(lasting)], JSON.stringify(lasting.detail)).toEqual([true, false]);
  expect(await act("heal", fault, healsWithinMs)).toEqual(["healed"]);
  const healed = await fault.recheck();
  expect([healed.bit, isGone(healed)], JSON.stringify(healed.detail)).toEqual([false, true]);
  // Healed twice, as happens to a fault that was not seen to be cleared.
  expect(await act("heal", fault, healsWithinMs)).toEqual(["healed"]);
}

/** Does something while the fault is active, and heals it whatever the result. */
export async function whileBroken(
  system: System,
  kind: "vault-partition" | "vault-loss" | "key-revocation",
  work: () => Promise<void>,
): Promise<void> {
  const fault = armFault(system, { kind, afterSeconds: 0 });
  expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
  try {
    await work();
  } finally {
    expect(await act("heal", fault, HEALS_WITHIN_MS)).toEqual(["healed"]);
  }
}

/** One fault, from the first act to the evidence that it bit; every step of it an event. */
import { setTimeout as sleep } from "node:timers/promises";
import { prepareFault } from "../faults/index.ts";
import type { FaultEvent } from "../model/event.ts";
import type { FaultSpec } from "../model/scenario.ts";
import type { Topology } from "../topology/topology.ts";
import type { Recorder } from "./recorder.ts";

const EVIDENCE_WAIT_MS = 3000;
const LOOK_EVERY_MS = 100;

export async function injectFault(
  topology: Topology,
  recorder: Recorder,
  { fault: spec, index }: { fault: FaultSpec; index: number },
  signal: AbortSignal,
): Promise<void> {
  const fault = prepareFault(topology, spec);
  const tell = (state: FaultEvent["state"], detail: FaultEvent["detail"] = {}) =>
    recorder.event({ type: "fault", fault: index, kind: spec.kind, state, detail });
  tell("injecting", { ...spec });
  await fault.inject();
  tell("injected");
  const endMs = recorder.now() + EVIDENCE_WAIT_MS;
  let seen = await fault.evidence();
  while (!seen.bit && recorder.now() < endMs) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    seen = await fault.evidence();
  }
  tell(seen.bit ? "evidenced" : "not-evidenced", seen.detail);
}

/** Before the load: its registers are made, and the service is written at until it is steady. Nobody fails over yet. */
import { setTimeout as sleep } from "node:timers/promises";
import { makeRegisters } from "../load/registers.ts";
import { type WarmedUp, warmUp } from "../load/warm-up.ts";
import { warmUpTimes } from "../model/scenario.ts";
import type { View } from "../model/view.ts";
import { sendWrite } from "../topology/send-write.ts";
import type { Topology } from "../topology/topology.ts";
import type { Recorder } from "./recorder.ts";

export async function getSteady(
  topology: Topology,
  { run, now }: Recorder,
  { view, signal }: { view: View; signal: AbortSignal },
): Promise<WarmedUp> {
  const { scenario, seed } = run;
  const { mix, ratePerSecond, timeoutSeconds } = scenario.load;
  const port = topology.links.portOf("edge");
  const send = (write: Parameters<typeof sendWrite>[1]) => sendWrite(port, write, timeoutSeconds * 1000);
  if (mix.update > 0) await makeRegisters(seed, (register) => send({ ...register, method: "PUT" }), signal);
  return warmUp({
    ...{ ratePerSecond, mix, seed, send, now },
    leastMs: warmUpTimes(scenario.load).least * 1000,
    wait: (ms) => sleep(ms, undefined, { signal }),
    onLook: (seen) =>
      view.live({
        atMs: now(),
        phase: "warm-up",
        acknowledgedPerSecond: Math.round(seen.ratePerSecond),
        acknowledged: seen.acknowledged,
        servedBy: "",
        silentMs: 0,
      }),
  });
}

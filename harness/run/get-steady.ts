/** Before the load: creates its registers, and sends writes until the service is steady. No failover happens yet. */
import { setTimeout as sleep } from "node:timers/promises";
import { makeRegisters } from "../load/registers.ts";
import { type WarmedUp, warmUp } from "../load/warm-up.ts";
import type { View } from "../model/console/view.ts";
import { startSignal } from "../model/load/start-signal.ts";
import type { Dialect } from "../model/plan/dialect.ts";
import { warmUpTimes } from "../model/plan/scenario.ts";
import { AVAILABILITY_PERIOD_MS } from "../probes/availability.ts";
import { type Send, sendTagged } from "../system/send-write.ts";
import type { System } from "../system/system.ts";
import { until } from "../system/waiting.ts";
import type { Recorder } from "./recorder.ts";
import { tagsBesideOf } from "./tags.ts";

const SIGNAL_MS = 30_000;
/** A service that just carries the rate carries it only until the first hiccup. */
const HEADROOM = 1.1;

interface Steadying {
  dialect: Dialect;
  view: View;
  signal: AbortSignal;
  /** Resolves when it is time to begin the load. */
  untilDue: () => Promise<void> | undefined;
}

/** Resolves when k6 has been given the signal to begin. */
export async function getSteady(
  { edge, content }: Pick<System, "edge" | "content">,
  { run, now }: Recorder,
  { dialect, view, signal, untilDue }: Steadying,
): Promise<WarmedUp> {
  const { scenario, seed, config } = run;
  const { mix, ratePerSecond, timeoutSeconds, reads } = scenario.load;
  const send = sendTagged(edge.ask, tagsBesideOf(run), timeoutSeconds * 1000);
  if (mix.update > 0) await makeRegisters(seed, (register) => send({ ...register, method: "PUT" }), signal);
  const { probeIntervalMs, probeTimeoutMs } = config.operator;
  const otherRequests = (reads?.ratePerSecond ?? 0) + 1000 / AVAILABILITY_PERIOD_MS + 1000 / probeIntervalMs;
  // An update reads before it writes.
  const requests = 1 + mix.update / Object.values(mix).reduce((sum, weight) => sum + weight, 0);
  const warmedUp = await warmUp({
    ...{ ratePerSecond, mix, form: scenario.load, seed, send, now },
    askedPerSecond: HEADROOM * (ratePerSecond * requests + otherRequests),
    rateAt: (asked) => Math.floor((asked / HEADROOM - otherRequests) / requests),
    withinMs: probeTimeoutMs,
    who: content === "sql" ? "this machine" : "the system",
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
  await untilDue();
  await giveSignal(send, seed, dialect, signal);
  return warmedUp;
}

/** Gives k6 the start signal, for which all its virtual users wait. */
export async function giveSignal(
  send: Send,
  seed: number,
  dialect: Pick<Dialect, "updateCreate">,
  signal?: AbortSignal,
): Promise<void> {
  const { write } = startSignal(seed, dialect);
  const waiting = { what: "the start signal of the load to be written", deadlineMs: SIGNAL_MS, signal };
  await until(waiting, async () => (await send(write)).acknowledged);
}

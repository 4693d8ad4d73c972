/**
 * Device beat: each device measures at its rate from when the drill sees the load begin until the drill goes quiet,
 * connected or not, and sends at once what it has measured while it is connected. A ledger is incomplete if it begins
 * late, ends early, pauses while its device is connected, or has fewer messages than fit into that time.
 */
import { loadTimes } from "../model/plan/scenario.ts";
import type { DeviceLine } from "../model/record/device.ts";
import type { RunRecord } from "../model/record/record.ts";
import { baselineBeganMs, phaseBeganMs } from "./facts.ts";
import { PROBER_HOLE_MS } from "./probe-coverage.ts";

/** The same tolerance as for the prober, which writes beside the devices. */
const LATE_MS = PROBER_HOLE_MS;
/** Each message may be a little late, and the next one is due a period after it. */
const TICK_MS = 10;
/** Allows for moments in which no device measures, because the drill gets no processor. */
const SHARE = 0.95;

/** Why the messages may be incomplete, by the first device that lacks some; `null` if they are complete. */
export function whyUneven({ run: { scenario }, events, devices: { sent } }: RunRecord): string | null {
  const baselineMs = baselineBeganMs(events);
  const quietMs = phaseBeganMs(events, "quiesce");
  const end = sent.find((line) => line.type === "devices-end");
  if (scenario.devices === null || end === undefined || baselineMs === undefined || quietMs === undefined)
    return "it is not known for how long devices sent messages";
  const beganMs = baselineMs - loadTimes(scenario).baseline * 1000;
  const periodMs = 1000 / scenario.devices.ratePerSecond;
  const least = Math.floor((SHARE * (quietMs - beganMs)) / (periodMs + TICK_MS)) - 1;
  const byDevice = Map.groupBy(sent, (line) => ("device" in line ? line.device : null));
  for (const [name, { made }] of Object.entries(end.counts)) {
    const pause = pauseIn(byDevice.get(name) ?? [], { beganMs, quietMs, mostMs: periodMs + LATE_MS });
    if (pause !== null)
      return `${name} sent no message for ${(pause.ms / 1000).toFixed(1)} s from ${(pause.fromMs / 1000).toFixed(1)} s on, although it was connected`;
    if (made < least) return `${name} made ${made} messages, in a time for at least ${least}`;
  }
  return null;
}

/** The first pause in which a connected device sent nothing. */
function pauseIn(
  own: readonly DeviceLine[],
  { beganMs, quietMs, mostMs }: { beganMs: number; quietMs: number; mostMs: number },
): { fromMs: number; ms: number } | null {
  let fromMs = beganMs;
  let isConnected = false;
  const isPause = (atMs: number) => isConnected && atMs - fromMs > mostMs;
  for (const line of own) {
    if (line.type === "handed-over" || (line.type === "sent" && line.again)) continue;
    if (isPause(line.atMs)) return { fromMs, ms: line.atMs - fromMs };
    fromMs = Math.max(beganMs, line.atMs);
    isConnected = line.type !== "disconnected";
  }
  return isPause(quietMs) ? { fromMs, ms: quietMs - fromMs } : null;
}

/**
 * The one who acts as the recovery plan says: detect, fence A, promote B, latch the proxy to B. Each step is reported
 * with the time it took; a step that fails is reported too, and ends the plan.
 */
import type { OperatorSettings } from "../model/config.ts";
import type { DrillEvent, OperatorEvent } from "../model/event.ts";
import { reasonOf } from "../model/failure.ts";
import type { ProbeLine } from "../model/probe.ts";
import type { Side } from "../model/side.ts";
import { fence } from "../topology/replication.ts";
import type { Topology } from "../topology/topology.ts";
import { until } from "../topology/waiting.ts";
import { untilUnhealthy } from "./detect.ts";
import { probeHealth, readCanary } from "./health.ts";
import { promote } from "./promote.ts";

/** A dead region does not answer; the plan does not wait for it. */
const FENCE_TIMEOUT_MS = 1000;
const EDGE_TIMEOUT_MS = 2000;

export interface Reports {
  event: (event: DrillEvent) => void;
  probe: (probe: ProbeLine) => void;
  now: () => number;
}

/** Resolves when the failover is done or has failed, or when `signal` ends the watch. */
export async function operate(
  topology: Topology,
  settings: OperatorSettings,
  reports: Reports,
  signal: AbortSignal,
): Promise<void> {
  const { event, probe, now } = reports;
  const done = (step: OperatorEvent["step"], side: "a" | "b", sinceMs: number, detail: Record<string, unknown>) =>
    event({ type: "operator", plan: "failover", atMs: now(), step, side, tookMs: now() - sinceMs, detail });
  let beganMs = now();
  try {
    const failures = await untilUnhealthy(settings, {
      probe: (round) => probeHealth(topology.links.portOf("hapi-a"), round, settings.probeTimeoutMs),
      onProbe: (health, sentMs, doneMs) => {
        if (health.ok) beganMs = doneMs;
        probe({ type: "health", side: "a", sentMs, doneMs, ...health });
      },
      now,
      signal,
    });
    done("detected", "a", beganMs, { failures });

    beganMs = now();
    done("fenced", "a", beganMs, { answer: await fenceOrSayWhyNot(topology) });

    beganMs = now();
    done("promoted", "b", beganMs, await promote(topology.postgres.b));

    beganMs = now();
    await topology.proxy.latch("b");
    done("latched", "b", beganMs, { servedBy: await whoServes(topology, "b") });
  } catch (error) {
    if (signal.aborted) return;
    done("failed", "b", beganMs, { why: reasonOf(error) });
  }
}

/**
 * Who answers at the clients' address, by the proxy's word: the evidence that the latch took. A connection that is kept
 * open still ends at the proxy's old worker for a moment, so it is asked until it names that side, or time is up.
 */
export async function whoServes(topology: Topology, side: Side): Promise<string> {
  let servedBy = "nobody";
  const waiting = { what: `the proxy to go to ${side.toUpperCase()}`, deadlineMs: EDGE_TIMEOUT_MS, everyMs: 20 };
  await until(waiting, async () => {
    const answer = await readCanary(topology.links.portOf("edge"), EDGE_TIMEOUT_MS);
    servedBy = answer?.headers.get("X-Served-By") ?? "nobody";
    return servedBy === side;
  }).catch(() => {});
  return servedBy;
}

/** What cannot be reached cannot be fenced from afar: the latch keeps clients from it, and it must not come back unfenced. */
async function fenceOrSayWhyNot(topology: Topology): Promise<string> {
  try {
    await fence(topology.postgres.a, FENCE_TIMEOUT_MS);
    return "read-only";
  } catch (error) {
    return `unreachable: ${reasonOf(error)}`;
  }
}

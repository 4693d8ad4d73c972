/**
 * Availability as seen from outside k6: the harness writes through the edge at a steady rate, each write on its own,
 * whether or not the one before was answered.
 */
import type { AvailabilityProbe } from "../model/record/probe.ts";
import type { Edge } from "../system/edge.ts";

export const AVAILABILITY_PERIOD_MS = 200;
const TIMEOUT_MS = 5000;

export interface Beat {
  edge: Pick<Edge, "ask">;
  now: () => number;
  report: (probe: AvailabilityProbe) => void;
}

/** Starts sampling; the returned function stops it and waits for the writes still under way. */
export function startAvailabilityProbe(beat: Beat): () => Promise<void> {
  const pending = new Set<Promise<void>>();
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    const write = probeOnce(beat, round).finally(() => pending.delete(write));
    pending.add(write);
  }, AVAILABILITY_PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await Promise.allSettled(pending);
  };
}

async function probeOnce({ edge, now, report }: Beat, round: number): Promise<void> {
  const sentMs = now();
  const body = { resourceType: "Basic", id: "fhirdrill-availability", code: { text: `round ${round}` } };
  try {
    const answer = await edge.ask("Basic/fhirdrill-availability", {
      method: "PUT",
      headers: { "Content-Type": "application/fhir+json", Prefer: "return=minimal" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.arrayBuffer();
    const servedBy = answer.headers.get("X-Served-By") ?? "";
    report({ type: "availability", sentMs, doneMs: now(), ok: answer.ok, status: answer.status, servedBy });
  } catch {
    report({ type: "availability", sentMs, doneMs: now(), ok: false, status: 0, servedBy: "" });
  }
}

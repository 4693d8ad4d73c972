/**
 * The availability probe, independent of k6: the harness writes through the edge at a steady rate, whether or not the
 * previous write was answered.
 */
import type { Tag } from "../model/load/tag.ts";
import type { AvailabilityProbe } from "../model/record/probe.ts";
import type { Edge } from "../system/edge.ts";
import { type Send, sendTagged } from "../system/send-write.ts";
import { ProbedResource } from "./probed-resource.ts";

export const AVAILABILITY_PERIOD_MS = 200;
const TIMEOUT_MS = 5000;

export interface Beat {
  edge: Pick<Edge, "ask">;
  seed: number;
  tags: readonly Tag[];
  /** Whether clients may choose ids. */
  updateCreate: boolean;
  now: () => number;
  report: (probe: AvailabilityProbe) => void;
}

/** Starts sampling; the returned function stops it and waits for the writes still under way. */
export function startAvailabilityProbe(beat: Beat): () => Promise<void> {
  const send = sendTagged(beat.edge.ask, beat.tags, TIMEOUT_MS);
  const resource = new ProbedResource(beat.seed, beat);
  const pending = new Set<Promise<void>>();
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    const write = probeOnce(beat, send, resource, round).finally(() => pending.delete(write));
    pending.add(write);
  }, AVAILABILITY_PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await Promise.allSettled(pending);
  };
}

async function probeOnce({ now, report }: Beat, send: Send, resource: ProbedResource, round: number): Promise<void> {
  const sentMs = now();
  const write = resource.write(round);
  const answer = await send(write);
  resource.learn(write, answer);
  const { acknowledged: ok, status, servedBy } = answer;
  report({ type: "availability", sentMs, doneMs: now(), ok, status, servedBy });
}

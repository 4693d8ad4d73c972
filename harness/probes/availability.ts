/**
 * The availability probe, independent of k6: the harness writes through the edge at a steady rate, whether or not the
 * previous write was answered. Each write opens a connection of its own, as a new client does: the load keeps its
 * connections and the addresses that it has looked up, so it may go on although nobody new gets in.
 */
import type { Tag } from "../model/load/tag.ts";
import type { AvailabilityProbe } from "../model/record/probe.ts";
import type { Edge } from "../system/edge.ts";
import type { Ask } from "../system/fhir-server.ts";
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
  const anew: Ask = (path, init) =>
    beat.edge.ask(path, { ...init, headers: { ...init?.headers, Connection: "close" } });
  const send = sendTagged(anew, beat.tags, TIMEOUT_MS);
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

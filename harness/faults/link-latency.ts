/**
 * A link delays everything, in both directions: a round trip takes twice `latencyMs` longer. Connecting is not slower,
 * because the link's own server accepts at once. Nothing is lost, not even what a server sent before it died.
 */
import { DIRECTIONS } from "../system/links.ts";
import { roundTrip } from "./round-trip.ts";
import { toxicFault } from "./toxic-fault.ts";

/** A busy machine makes single round trips slow, never fast: the fastest of a few shows what the link adds. */
const ROUNDS = 3;
const REST_MS = 1000;

export const linkLatency = toxicFault("link-latency", {
  needs: ["links"],
  toxic: ({ link, latencyMs, jitterMs }) => ({
    link,
    type: "latency",
    attributes: { latency: latencyMs, jitter: jitterMs },
    directions: DIRECTIONS,
  }),
  effect: async (system, { link, latencyMs, jitterMs }) => {
    const limitMs = 2 * (latencyMs + jitterMs) + REST_MS;
    const rounds = await Promise.all(Array.from({ length: ROUNDS }, () => roundTrip(system, link, limitMs)));
    const answered = rounds.filter(({ answer }) => answer === "answered").map(({ tookMs }) => tookMs);
    const fastestMs = answered.length > 0 ? Math.min(...answered) : null;
    const leastMs = 2 * (latencyMs - jitterMs);
    return { felt: fastestMs === null ? null : fastestMs >= leastMs, measured: { fastestMs, leastMs } };
  },
});

/**
 * Where the system fails over by itself: the takeovers that the observer recorded, checked against the samples of both
 * sites. Pure.
 */
import { tellsItsPrimary } from "../model/plan/config.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { takeoversIn } from "../model/record/primary.ts";
import type { RunRecord } from "../model/record/record.ts";

/** What the observer reported: its own takeovers, and planned switchovers. */
export function reportedTakeovers(events: readonly DrillEvent[]): { side: SiteName; timeline: number; atMs: number }[] {
  return events.flatMap((event) =>
    event.type === "operator" && event.step === "promoted"
      ? [{ side: event.side, timeline: Number(event.detail.timeline), atMs: event.atMs }]
      : [],
  );
}

/** What does not agree, one sentence each. */
export function wrongTakeovers({ run, events, probes }: RunRecord): string[] {
  if (!tellsItsPrimary(run.config)) return [];
  const samples = probes.filter((probe) => probe.type === "primary");
  if (!samples.some(({ server }) => server?.role === "primary")) return ["no site was ever seen as the primary"];
  const recorded = reportedTakeovers(events).map(({ side, timeline }) => `${side} on timeline ${timeline}`);
  // A site that is promoted again takes over from nobody.
  const seen = takeoversIn(samples)
    .filter(({ from, to }) => from !== to)
    .map(({ to, timeline }) => `${to} on timeline ${timeline}`);
  if (recorded.join() === seen.join()) return [];
  const listed = (takeovers: readonly string[]) => (takeovers.length === 0 ? "none" : takeovers.join(", then "));
  return [`the observer recorded these takeovers: ${listed(recorded)}; the samples show: ${listed(seen)}`];
}

/** Where the system fails over by itself: what the observer told of it, held against the samples of both sides. Pure. */
import { tellsItsPrimary } from "../model/plan/config.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { takeoversIn } from "../model/record/primary.ts";
import type { RunRecord } from "../model/record/record.ts";

/** What the observer reported: takeovers by themselves, and planned switchovers. */
export function reportedTakeovers(events: readonly DrillEvent[]): { side: SiteName; timeline: number; atMs: number }[] {
  return events.flatMap((event) =>
    event.type === "operator" && event.step === "promoted"
      ? [{ side: event.side, timeline: Number(event.detail.timeline), atMs: event.atMs }]
      : [],
  );
}

/** What does not agree, a sentence each. */
export function wrongTakeovers({ run, events, probes }: RunRecord): string[] {
  if (!tellsItsPrimary(run.config)) return [];
  const samples = probes.filter((probe) => probe.type === "primary");
  if (!samples.some(({ server }) => server?.role === "primary")) return ["nobody was ever seen to be the primary"];
  const told = reportedTakeovers(events).map(({ side, timeline }) => `${side} on timeline ${timeline}`);
  // One side that is promoted once more takes over from nobody.
  const seen = takeoversIn(samples)
    .filter(({ from, to }) => from !== to)
    .map(({ to, timeline }) => `${to} on timeline ${timeline}`);
  if (told.join() === seen.join()) return [];
  const said = (each: readonly string[]) => (each.length === 0 ? "none" : each.join(", then "));
  return [`the observer told of these takeovers: ${said(told)}; and the samples show: ${said(seen)}`];
}

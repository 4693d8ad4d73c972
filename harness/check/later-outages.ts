/** What came after service was back, for people, and its verdict: other outages, and writes that went on failing. */
import type { Interval } from "../stats/intervals.ts";
import { isOutage, type LaterOutage, type Recovery } from "./recovery.ts";
import type { Failing } from "./still-failing.ts";

/** `an`: how one outage is called, "an" if there is no disaster whose own it is not. */
export function describeLater(
  later: readonly LaterOutage[],
  open: boolean,
  an: "an" | "another" = "another",
): string[] {
  const caused = later.filter(isOutage);
  // One whose end was not seen lasts as long as the load.
  const lastMs = Math.max(...caused.map(({ toMs }) => toMs));
  const outages = caused.map((span) =>
    open && span.toMs === lastMs
      ? `${an} outage had not ended ${secondsOf(span)} s after the ${span.cause}, when the load did`
      : `${an} outage was over ${secondsOf(span)} s after the ${span.cause}`,
  );
  const few = later.length - caused.length;
  return few === 0 ? outages : [...outages, `later some writes were missed, ${few} times`];
}

/** Nothing, or one sentence. */
export function describeFailing(failing: Failing | null, fromMs: number): string[] {
  if (failing === null) return [];
  const seconds = secondsOf({ fromMs, toMs: failing.lastMs });
  return [`${failing.count} writes failed after it, more than 1 in 100, the last of them after ${seconds} s`];
}

/** The verdict on later outages, each by its own clock, and on writes that went on failing, by RTO's. */
export function wordOfLater(
  { fromMs, later, open }: Pick<Recovery, "fromMs" | "later" | "open">,
  failing: Failing | null,
  objective: number,
): "broken" | "inconclusive" | "holds" {
  const spans = [...later.filter(isOutage), ...(failing === null ? [] : [{ fromMs, toMs: failing.lastMs }])];
  if (spans.some((span) => isLonger(span, objective))) return "broken";
  return open || failing !== null ? "inconclusive" : "holds";
}

/** Whether all of that was seen to end. */
export function isOver({ open }: Pick<Recovery, "open">, failing: Failing | null): boolean {
  return !open && failing === null;
}

/** Its length, for people. */
export function secondsOf({ fromMs, toMs }: Interval): string {
  return ((toMs - fromMs) / 1000).toFixed(3);
}

export function isLonger({ fromMs, toMs }: Interval, seconds: number): boolean {
  return (toMs - fromMs) / 1000 > seconds;
}

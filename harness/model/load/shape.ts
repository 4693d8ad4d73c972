/**
 * The shape of a load: how its rate changes with time, as stages in each of which it changes evenly, or not at all. Writes are due
 * as k6's executor for a changing rate has them: the first when one is due by the rate, not at the very beginning.
 *
 * This file runs in k6 and in Node: it imports nothing.
 */

/** Writes a second at its beginning and at its end. */
export interface Stage {
  seconds: number;
  from: number;
  to: number;
}

/** Of a count that was worked out from times. */
const ROUNDING = 1e-6;

/** As k6's executor takes them: a jump is a stage without a duration. */
export function executorStages(stages: readonly Stage[]): { target: number; duration: string }[] {
  return stages.flatMap(({ seconds, from, to }, i) => {
    const stage = { target: to, duration: `${seconds}s` };
    return from === (stages[i - 1]?.to ?? from) ? [stage] : [{ target: from, duration: "0s" }, stage];
  });
}

export function peakOf(stages: readonly Stage[]): number {
  return stages.reduce((most, { from, to }) => Math.max(most, from, to), 0);
}

/** How many writes are due within so many seconds of the beginning; before it and after the end the rate is as it is there. */
export function dueBy(stages: readonly Stage[], seconds: number): number {
  let [due, left] = [0, seconds];
  for (const [i, stage] of stages.entries()) {
    const isLast = i === stages.length - 1;
    const inside = isLast ? left : Math.min(left, stage.seconds);
    due += areaOf(stage, inside);
    left -= inside;
    if (left <= 0) break;
  }
  return due;
}

/** The seconds after the beginning at which so many are due; of more than all of them, at the rate of the end. */
export function whenDue(stages: readonly Stage[], count: number): number {
  let [left, began] = [count, 0];
  for (const stage of stages) {
    const all = areaOf(stage, stage.seconds);
    if (left <= all + ROUNDING) return began + secondsFor(stage, Math.min(left, all));
    left -= all;
    began += stage.seconds;
  }
  return began + left / (stages.at(-1)?.to ?? 0);
}

/** Of writes, in its first seconds; before its beginning and after its end it is level. */
function areaOf({ seconds, from, to }: Stage, wanted: number): number {
  if (wanted <= 0) return from * wanted;
  const inside = Math.min(wanted, seconds);
  const slope = seconds === 0 ? 0 : (to - from) / seconds;
  return from * inside + (slope * inside * inside) / 2 + to * (wanted - inside);
}

function secondsFor({ seconds, from, to }: Stage, count: number): number {
  if (from === to) return count / from;
  const slope = (to - from) / seconds;
  return (Math.sqrt(Math.max(0, from * from + 2 * slope * count)) - from) / slope;
}

/**
 * The shape of a load: how its rate changes over time, in stages of linear change or none. Writes are due as in k6's
 * ramping-arrival-rate executor: the first when the rate has accumulated to one, not at the very beginning.
 *
 * This file runs in k6 and in Node: it imports nothing.
 */

/** `from` and `to`: writes per second at its beginning and end. */
export interface Stage {
  seconds: number;
  from: number;
  to: number;
}

/** The tolerance for a count computed from times. */
const ROUNDING = 1e-6;

/** Stages for k6's executor, where a jump is a stage of duration 0. */
export function executorStages(stages: readonly Stage[]): { target: number; duration: string }[] {
  return stages.flatMap(({ seconds, from, to }, i) => {
    const stage = { target: to, duration: `${seconds}s` };
    return from === (stages[i - 1]?.to ?? from) ? [stage] : [{ target: from, duration: "0s" }, stage];
  });
}

export function peakOf(stages: readonly Stage[]): number {
  return stages.reduce((most, { from, to }) => Math.max(most, from, to), 0);
}

/** How many writes are due within so many seconds of the beginning. Outside the load, the rate continues level. */
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

/** The seconds after the beginning at which `count` writes are due. After the end, the rate continues level. */
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

/** The writes due in a stage's first `wanted` seconds. Outside the stage, the rate is level. */
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

/** Refuses shapes of a load that could not take effect as configured. */
import { peakOf } from "../load/shape.ts";
import { hasShape, loadTimes, MOST_RATE, type Scenario, stagesOf } from "./scenario.ts";
import { changesEnd, changesOf } from "./shape.ts";

/** The load must go on this long after the last change of its rate, so that the effect is seen. */
const LEAST_REST_SECONDS = 3;

/** Why the shape is refused; `null` when it is valid or constant. */
export function whyNoShape(scenario: Scenario): string | null {
  const { load } = scenario;
  if (!hasShape(load)) return null;
  const { faults, end } = loadTimes(scenario);
  const changedBy = changesEnd(load.shape);
  if (changedBy + LEAST_REST_SECONDS > end - faults)
    return `the load's rate changes until ${changedBy} s after the baseline, and the load ends ${end - faults} s after it: at least ${LEAST_REST_SECONDS} s must remain`;
  const changes = changesOf(load.shape, load.ratePerSecond);
  const most = peakOf(stagesOf(scenario));
  if (most > MOST_RATE) return `the load's rate rises to ${most} writes/s, and k6 sends at most ${MOST_RATE}`;
  let before = load.ratePerSecond;
  for (const { to } of changes) {
    if (to <= before) return `the load's rate should rise, but in whole writes per second it stays at ${before}`;
    before = to;
  }
  return null;
}

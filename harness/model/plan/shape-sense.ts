/** Shapes of a load that would not be what they are said to be. */
import { peakOf } from "../load/shape.ts";
import { hasShape, loadTimes, MOST_RATE, type Scenario, stagesOf } from "./scenario.ts";
import { changesEnd, changesOf } from "./shape.ts";

/** After the last change of the rate the load goes on for so long, so that what it did to the service is seen. */
const LEAST_REST_SECONDS = 3;

/** Why not; `null` when it makes sense, or the rate is constant. */
export function whyNoShape(scenario: Scenario): string | null {
  const { load } = scenario;
  if (!hasShape(load)) return null;
  const { faults, end } = loadTimes(scenario);
  const changedBy = changesEnd(load.shape);
  if (changedBy + LEAST_REST_SECONDS > end - faults)
    return `the load's rate changes until ${changedBy} s after the baseline, and the load ends ${end - faults} s after it: give it ${LEAST_REST_SECONDS} s more at least`;
  const changes = changesOf(load.shape, load.ratePerSecond);
  const most = peakOf(stagesOf(scenario));
  if (most > MOST_RATE) return `the load's rate rises to ${most} writes/s, and k6 sends ${MOST_RATE} at most`;
  let before = load.ratePerSecond;
  for (const { to } of changes) {
    if (to <= before) return `the load's rate is to rise, and in whole writes a second it stays at ${before}`;
    before = to;
  }
  return null;
}

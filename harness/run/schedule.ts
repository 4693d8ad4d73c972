/** Follows a scenario's schedule: each act is started when it is due. */
import { type Act, actsOf, jitterMs, loadTimes, type Phase, type Scenario } from "../model/plan/scenario.ts";
import type { Clock } from "../model/record/clock.ts";

export interface Course {
  /** When the load's first write was seen, by `now`'s clock. */
  firstMs: number;
  now: Clock;
  wait: (ms: number) => Promise<unknown>;
  enter: (phase: Extract<Phase, "baseline" | "after">) => void;
  /** Carries out all that is due at one moment. */
  act: (acts: readonly Act[]) => Promise<void>;
}

export async function keepSchedule(scenario: Scenario, seed: number, course: Course): Promise<void> {
  const { firstMs, now, wait, enter, act } = course;
  const times = loadTimes(scenario);
  const until = (ms: number) => wait(Math.max(0, ms - now()));
  await until(firstMs + times.baseline * 1000);
  enter("baseline");
  // All acts count from the baseline's recorded start: if that was late, an act at its nominal time would seem early.
  const actsMs = now() + scenario.load.baselineSeconds * 1000 + jitterMs(seed);
  for (const [afterSeconds, acts] of Map.groupBy(actsOf(scenario), (each) => each.afterSeconds)) {
    await until(actsMs + afterSeconds * 1000);
    await act(acts);
  }
  enter("after");
}

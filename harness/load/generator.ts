/** Who writes the load: what a drill needs of it, whatever program it is. */
import type { Tag } from "../model/load/tag.ts";
import type { ClientRetry } from "../model/plan/attempts.ts";
import type { Dialect } from "../model/plan/dialect.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import type { Clock, ClockSample } from "../model/record/clock.ts";
import type { Run } from "../model/record/run.ts";
import type { RunningProgram } from "../system/program.ts";

export interface LoadTask {
  scenario: Scenario;
  retry: ClientRetry;
  seed: number;
  /** On all that it writes. */
  tags: readonly Tag[];
  dialect: Pick<Dialect, "updateCreate" | "versions">;
  /** The run's folder. */
  folder: string;
}

export interface Generator {
  /** Its name in `run.json` and in each line that it writes. */
  runner: string;
  /** Resolves when it has been started; its first write waits for the start signal. */
  start: (task: LoadTask) => Promise<RunningLoad>;
}

export interface RunningLoad extends RunningProgram {
  /** The file of its lines, each of which is there as soon as it is written. */
  ledger: string;
  /** The time of its clock, between two readings of the drill's. */
  readClock: (now: Clock) => Promise<ClockSample>;
  /** What it counted itself, once it has ended with this code; `null` when it left no word. */
  summary: (exitCode: number) => Promise<Run["k6"]>;
}

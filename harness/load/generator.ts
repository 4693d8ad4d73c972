/** Who writes the load: what a drill needs of it, whatever program it is. */
import type { OtherRunner, RunnerName } from "../model/load/runners.ts";
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
  /** On all that they write. */
  tags: readonly Tag[];
  dialect: Pick<Dialect, "updateCreate" | "versions">;
  /** The run's folder. */
  folder: string;
}

export interface Generator {
  /** Their names in `run.json` and in each line that they write. */
  runners: readonly RunnerName[];
  /** Resolves when all have been started; their first writes wait for the start signal. */
  start: (task: LoadTask) => Promise<RunningLoad[]>;
  /**
   * Lets go of what was started, however far it is; what it wrote is kept. Of a generator whose runners are not removed with
   * the system's run.
   */
  end?: () => Promise<void>;
}

/** One runner at work. */
export interface RunningLoad extends RunningProgram {
  runner: RunnerName;
  /** Of its container and its log. */
  program: "k6" | OtherRunner;
  /** The file of its lines, each of which is there as soon as it is written. */
  ledger: string;
  /** The time of its clock, between two readings of the drill's. Runners with the same function have the same clock. */
  readClock: (now: Clock) => Promise<ClockSample>;
  /** What it counted itself, once it has ended with this code; `null` when it left no word. */
  summary: (exitCode: number) => Promise<Run["k6"]>;
}

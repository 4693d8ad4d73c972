/** The load generator's interface, whatever program implements it. */
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
  /** The tags on everything they write. */
  tags: readonly Tag[];
  dialect: Pick<Dialect, "updateCreate" | "versions">;
  /** The run folder. */
  folder: string;
}

export interface Generator {
  /** The runners' names in `run.json` and in each of their lines. */
  runners: readonly RunnerName[];
  /** Resolves when all runners have been started; their first writes wait for the start signal. */
  start: (task: LoadTask) => Promise<RunningLoad[]>;
  /**
   * Removes what was started, however far it is; what it wrote is kept. For generators whose runners are not removed
   * with the system.
   */
  end?: () => Promise<void>;
}

/** One runner at work. */
export interface RunningLoad extends RunningProgram {
  runner: RunnerName;
  /** The name of its container and its log. */
  program: "k6" | OtherRunner;
  /** The file of its lines; each line is there as soon as it is written. */
  ledger: string;
  /** Reads its clock, between two readings of the drill's. Runners with the same function share a clock. */
  readClock: (now: Clock) => Promise<ClockSample>;
  /** Its own counts, once it has ended with this code; `null` when it left no summary. */
  summary: (exitCode: number) => Promise<Run["k6"]>;
}

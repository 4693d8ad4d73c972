/** The runners of a load, from their first lines to their summaries. */
import type { RunningLoad } from "../load/generator.ts";
import { LineTail } from "../load/tail.ts";
import type { LedgerLine, LookLine, MarkLine } from "../model/load/ledger.ts";
import { DrillFailure } from "../model/program/failure.ts";
import { type Clock, type ClockSample, clockOfAll, mapClock } from "../model/record/clock.ts";
import type { ByRunner, Run } from "../model/record/run.ts";
import { until } from "../system/waiting.ts";
import type { Beside } from "./beside.ts";
import { type Ending, whenLoadEndsEarly, whenOverdue } from "./endings.ts";
import { LoadWatch } from "./watch.ts";

const CLOCK_EVERY_MS = 1000;
const BEGINS_WITHIN_MS = 60_000;

type Did = Required<Pick<Run, "clock" | "k6">> & Pick<Run, "byRunner">;

export class LoadCourse {
  readonly watch: LoadWatch;
  readonly #runners: readonly (RunningLoad & Ending)[];
  readonly #now: Clock;
  /** Samples by clock. Runners that share a clock share its samples, and so its mapping. */
  readonly #samples: Map<RunningLoad["readClock"], ClockSample[]>;
  readonly #ends = new Map<string, { toMs: number; exitCode: number }>();

  constructor(runners: readonly RunningLoad[], now: Clock) {
    const isAlone = runners.length === 1;
    this.#runners = runners.map((each) => ({ ...each, called: isAlone ? each.program : each.runner }));
    this.#now = now;
    this.watch = new LoadWatch(...runners.map(({ ledger }) => new LineTail<LedgerLine | LookLine | MarkLine>(ledger)));
    this.#samples = new Map(runners.map(({ readClock }) => [readClock, []]));
    for (const { runner, ended } of runners)
      ended.then(
        (exitCode) => this.#ends.set(runner, { toMs: now(), exitCode }),
        () => {},
      );
  }

  sampleClocks(beside: Pick<Beside, "repeat">): void {
    for (const [readClock, samples] of this.#samples)
      beside.repeat(CLOCK_EVERY_MS, async () => void samples.push(await readClock(this.#now)));
  }

  /** Rejects when a runner ends before `due` is aborted. */
  endsEarly(due: AbortSignal): Promise<never> {
    return Promise.race(this.#runners.map((load) => whenLoadEndsEarly(load, due)));
  }

  /** When all runners were seen to have begun, by the drill's clock. */
  async begun(signal: AbortSignal): Promise<number> {
    const waiting = { what: "the first write", deadlineMs: BEGINS_WITHIN_MS, everyMs: 20, signal };
    try {
      return await until(waiting, async () => this.watch.firstSeenMs);
    } catch (error) {
      const late = this.#runners.filter((_, i) => this.watch.seenMs[i] === null);
      if (signal.aborted || this.#runners.length === 1 || late.length === 0) throw error;
      throw neverBegan(late, error);
    }
  }

  /** Resolves when all runners have ended; rejects when one has not after `withinMs`. */
  async ended(withinMs: number, signal: AbortSignal): Promise<void> {
    const each = this.#runners.map((load) => Promise.race([load.ended, whenOverdue(withinMs, load, signal)]));
    await Promise.all(each);
  }

  /** What the runners did, once all have ended. */
  async did(): Promise<Did> {
    const byRunner = await Promise.all(this.#runners.map((load, i) => this.#didOf(load, this.watch.seenMs[i] ?? null)));
    const clock = clockOfAll(byRunner.map((each) => each.clock));
    const k6 = allOf(byRunner);
    return byRunner.length === 1 ? { clock, k6 } : { clock, k6, byRunner };
  }

  async #didOf({ runner, readClock, summary, ended }: RunningLoad, fromMs: number | null): Promise<ByRunner> {
    const exitCode = await ended;
    const toMs = this.#ends.get(runner)?.toMs ?? this.#now();
    const { iterations = null, droppedIterations = null } = (await summary(exitCode)) ?? {};
    const clock = mapClock(this.#samples.get(readClock) ?? []);
    return { runner, fromMs, toMs, iterations, droppedIterations, exitCode, clock };
  }
}

/** The counts of all runners together; `null` when one left no summary. */
function allOf(byRunner: readonly ByRunner[]): Run["k6"] {
  let [iterations, droppedIterations] = [0, 0];
  for (const each of byRunner) {
    if (each.iterations === null || each.droppedIterations === null) return null;
    iterations += each.iterations;
    droppedIterations += each.droppedIterations;
  }
  return { iterations, droppedIterations, exitCode: byRunner.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0 };
}

function neverBegan(late: readonly Ending[], cause: unknown): DrillFailure {
  const [one] = late;
  const text = {
    what: "the load did not begin",
    why: `${late.map(({ called }) => called).join(", ")} wrote nothing for ${BEGINS_WITHIN_MS / 1000} s after the signal to begin`,
    todo: `see logs/${one?.program}.log in the run folder`,
  };
  return new DrillFailure(text, { cause });
}

/** Ways in which a wait ends before its time. Each rejects with the reason, and stops looking when `signal` says so. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningLoad } from "../load/k6.ts";
import { DrillFailure } from "../model/failure.ts";
import { handleOf } from "../topology/container.ts";
import { readLog } from "../topology/container-log.ts";
import { type Engine, engineGone } from "../topology/engine.ts";
import { firstCause } from "../topology/first-cause.ts";

const ENGINE_PING_EVERY_MS = 1000;
const ENGINE_PINGS = 3;

export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** An engine that is killed tells nobody: the calls that wait for a container just go on waiting. */
export async function whenEngineIsLost(engine: Engine, signal: AbortSignal): Promise<never> {
  for (let silent = 0; silent < ENGINE_PINGS; ) {
    await sleep(ENGINE_PING_EVERY_MS, undefined, { signal });
    silent = await engine.container.dockerode.ping().then(
      () => 0,
      () => silent + 1,
    );
  }
  throw engineGone(new Error("it does not answer any more"));
}

export async function whenOverdue(ms: number, signal: AbortSignal): Promise<never> {
  await sleep(ms, undefined, { signal });
  throw new DrillFailure({
    what: "the load did not end",
    why: `k6 was still running ${ms / 1000} s after it began`,
    todo: "see logs/k6.log in the run folder",
  });
}

/** `due` is aborted when the load may end. */
export async function whenLoadEndsEarly(engine: Engine, load: RunningLoad, due: AbortSignal): Promise<never> {
  const code = await load.ended;
  if (due.aborted) return new Promise(() => {});
  const log = (await readLog(handleOf(engine, load.container)).catch(() => "")).toString("utf8").trim();
  const cause = firstCause(log) ?? log.split("\n").at(-1);
  throw new DrillFailure({
    what: "the load ended before its time",
    why: cause ? `k6 left with code ${code}: ${cause}` : `k6 left with code ${code}`,
    todo: "see logs/k6.log in the run folder",
  });
}

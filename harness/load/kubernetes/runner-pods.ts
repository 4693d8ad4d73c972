/** The runners' pods: when all of them run, and how each ends. A pod that is gone never comes back. */
import { setTimeout as sleep } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { RUNNER_NAMES, type RunnerName } from "../../model/load/runners.ts";
import { DrillFailure } from "../../model/program/failure.ts";
import { DELETED, stateOf, whyOf } from "./pod-state.ts";
import { refusalOf } from "./refusal.ts";

export interface RunnerPod {
  runner: RunnerName;
  name: string;
  uid: string;
}

export interface PodsOptions {
  runners: number;
  list: () => Promise<V1Pod[]>;
  /** The runner's index, from 0; `null`: not a runner's pod. */
  indexOf: (pod: V1Pod) => number | null;
  /** Why there are no pods; `null` if unknown. Throws a `DrillFailure` when there will be none. */
  whyNone: () => Promise<string | null>;
}

export interface PodsPatience {
  everyMs: number;
  /** For pods to exist at all. */
  noneMs: number;
  /** The limit without an answer of the cluster. */
  unaskedMs: number;
}
const PATIENCE: PodsPatience = { everyMs: 500, noneMs: 120_000, unaskedMs: 120_000 };

/** Resolves when all runners run or have run. Throws a `DrillFailure` with what keeps the first of the others. */
export async function whenAllRun(options: PodsOptions, signal: AbortSignal, patience = PATIENCE): Promise<RunnerPod[]> {
  const beganMs = performance.now();
  const waits = new Waits();
  let unasked: unknown = null;
  for (;;) {
    signal.throwIfAborted();
    const pods = await options.list().catch((error: unknown) => {
      unasked = error;
      return [];
    });
    const found = byIndex(pods, options);
    const missing = waits.see(found, options.runners);
    if (missing === null) return [...found].toSorted(([a], [b]) => a - b).map(([index, pod]) => runnerPod(index, pod));
    if (missing.hasNoPod) {
      const why = await options.whyNone().catch((error: unknown) => {
        if (error instanceof DrillFailure) throw error;
        return null;
      });
      if (performance.now() - beganMs > patience.noneMs)
        throw neverRan(missing.index, why ?? (unasked ? refusalOf(unasked) : "it has no pod, for an unknown reason"));
    }
    await sleep(patience.everyMs, undefined, { signal });
  }
}

/** How long each runner has been waiting. */
class Waits {
  /** A change of reason with the same limit (such as a repeated pull) does not restart the wait. */
  readonly #since = new Map<number, { seconds: number; ms: number }>();

  /** The first runner that does not run yet; `null` when all do. Throws a `DrillFailure` for one that never will. */
  see(pods: Map<number, V1Pod>, runners: number): { index: number; hasNoPod: boolean } | null {
    const missing: { index: number; hasNoPod: boolean }[] = [];
    for (let index = 0; index < runners; index += 1) {
      const pod = pods.get(index);
      const state = pod && stateOf(pod);
      if (state === undefined) missing.push({ index, hasNoPod: true });
      else if (state.is === "lost") throw neverRan(index, state.why);
      else if (state.is === "waiting") {
        missing.push({ index, hasNoPod: false });
        if (this.#secondsOf(index, state.seconds) > state.seconds) throw neverRan(index, state.why);
      }
    }
    return missing.find(({ hasNoPod }) => hasNoPod) ?? missing[0] ?? null;
  }

  #secondsOf(index: number, seconds: number): number {
    const known = this.#since.get(index);
    const since = known?.seconds === seconds ? known : { seconds, ms: performance.now() };
    this.#since.set(index, since);
    return (performance.now() - since.ms) / 1000;
  }
}

/**
 * Watches running pods until `signal` is aborted. Each promise resolves with k6's exit code, or rejects if the pod was
 * lost.
 */
export function endsOf(
  pods: readonly RunnerPod[],
  { list }: Pick<PodsOptions, "list">,
  signal: AbortSignal,
  patience = PATIENCE,
): Promise<number>[] {
  const open = new Map<string, Open>();
  const ends = pods.map((pod) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    // Nobody may be waiting for this one.
    promise.catch(() => {});
    open.set(pod.uid, { pod, seen: null, resolve, reject });
    return promise;
  });
  void watch(open, list, signal, patience);
  return ends;
}

interface Open {
  pod: RunnerPod;
  /** The pod as it was last seen. */
  seen: V1Pod | null;
  resolve: (exitCode: number) => void;
  reject: (error: DrillFailure) => void;
}

async function watch(
  open: Map<string, Open>,
  list: PodsOptions["list"],
  signal: AbortSignal,
  { everyMs, unaskedMs }: PodsPatience,
): Promise<void> {
  let askedMs = performance.now();
  while (open.size > 0 && !signal.aborted) {
    try {
      settle(open, await list());
      askedMs = performance.now();
    } catch (error) {
      if (performance.now() - askedMs > unaskedMs) {
        for (const { pod, reject } of open.values())
          reject(gone(pod, `the cluster does not answer: ${refusalOf(error)}`));
        return;
      }
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

function settle(open: Map<string, Open>, pods: readonly V1Pod[]): void {
  const there = new Map(pods.map((pod) => [pod.metadata?.uid, pod]));
  for (const [uid, each] of open) {
    const pod = there.get(uid);
    const state = pod && stateOf(pod);
    if (pod === undefined) each.reject(gone(each.pod, (each.seen && whyOf(each.seen)) ?? DELETED));
    else if (state?.is === "lost") each.reject(gone(each.pod, state.why));
    else if (state?.is === "ended") each.resolve(state.exitCode);
    else {
      each.seen = pod;
      continue;
    }
    open.delete(uid);
  }
}

function byIndex(pods: readonly V1Pod[], { indexOf, runners }: PodsOptions): Map<number, V1Pod> {
  const found = new Map<number, V1Pod>();
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index !== null && index >= 0 && index < runners) found.set(index, pod);
  }
  return found;
}

function runnerPod(index: number, { metadata }: V1Pod): RunnerPod {
  return { runner: RUNNER_NAMES[index] as RunnerName, name: metadata?.name ?? "", uid: metadata?.uid ?? "" };
}

function neverRan(index: number, why: string): DrillFailure {
  return new DrillFailure({
    what: `the runner ${RUNNER_NAMES[index]} of the load could not be started`,
    why: why.split("\n")[0] ?? "",
    todo: "see what blocks its pod, with kubectl describe; the manifest is in the run folder",
  });
}

function gone({ runner, name }: RunnerPod, why: string): DrillFailure {
  return new DrillFailure({
    what: "the load ended early",
    why: `the pod ${name} of the runner ${runner} is gone: ${why.split("\n")[0]}`,
    todo: "find out who ended it, and try again",
  });
}

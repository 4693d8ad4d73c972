/** The pods of the runners: when all of them run, and how each ends. One that is gone never comes back. */
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
  /** From 0; `null`: none of the runners'. */
  indexOf: (pod: V1Pod) => number | null;
  /** Why there are no pods; `null` where nobody says so. Throws a `DrillFailure` where there will be none. */
  whyNone: () => Promise<string | null>;
}

export interface PodsPatience {
  everyMs: number;
  /** For pods to be there at all. */
  noneMs: number;
  /** The cluster cannot be asked. */
  unaskedMs: number;
}
const PATIENCE: PodsPatience = { everyMs: 500, noneMs: 120_000, unaskedMs: 120_000 };

/** Resolves when all of them run, or have run; throws a `DrillFailure` that says what keeps the first of them. */
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
        throw neverRan(missing.index, why ?? (unasked ? refusalOf(unasked) : "it has no pod, and nobody says why"));
    }
    await sleep(patience.everyMs, undefined, { signal });
  }
}

/** How long each runner has waited for what it waits for. */
class Waits {
  /** By what a wait of its kind may take: reasons that follow each other, as of a pull that is tried again, are one. */
  readonly #since = new Map<number, { seconds: number; ms: number }>();

  /** The first that does not run; `null` when all do. Throws a `DrillFailure` for one that will not. */
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

/** Each resolves with k6's exit code, or rejects where the pod took it along. Of pods that run; until `signal` is aborted. */
export function endsOf(
  pods: readonly RunnerPod[],
  { list }: Pick<PodsOptions, "list">,
  signal: AbortSignal,
  patience = PATIENCE,
): Promise<number>[] {
  const open = new Map<string, Open>();
  const ends = pods.map((pod) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    // Who waits for another one hears nothing of this.
    promise.catch(() => {});
    open.set(pod.uid, { pod, seen: null, resolve, reject });
    return promise;
  });
  void watch(open, list, signal, patience);
  return ends;
}

interface Open {
  pod: RunnerPod;
  /** When it was seen last. */
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
          reject(gone(pod, `the cluster cannot be asked: ${refusalOf(error)}`));
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
    todo: "see what keeps its pod, with kubectl describe; the manifest is in the run folder",
  });
}

function gone({ runner, name }: RunnerPod, why: string): DrillFailure {
  return new DrillFailure({
    what: "the load ended early",
    why: `the pod ${name} of the runner ${runner} is gone: ${why.split("\n")[0]}`,
    todo: "find out who ended it, and try again",
  });
}

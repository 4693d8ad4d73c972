/** Judges many stored runs again on all cores. Yields the results in the order of the runs. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { ENDING } from "../model/program/built.ts";
import { reasonOf } from "../model/program/failure.ts";
import { RunFolder } from "../store/run-folder.ts";
import { AGAIN, type Rejudged, rejudge, unjudged } from "./rejudge.ts";

/** About this much of a record is judged in the time that a thread takes to start and warm up. */
const BYTES_WORTH_A_THREAD = 16e6;

/** At most one thread per core; only this one for one run or a few small ones. */
export function threadsFor(paths: readonly string[], cores = availableParallelism()): number {
  const bytes = paths.reduce((sum, path) => sum + new RunFolder(path).bytes, 0);
  return Math.max(1, Math.min(cores, paths.length, Math.floor(bytes / BYTES_WORTH_A_THREAD)));
}

export async function* rejudgeAll(paths: readonly string[], threads = threadsFor(paths)): AsyncGenerator<Rejudged> {
  if (threads === 1) {
    for (const path of paths) yield rejudge(path);
    return;
  }
  const results = paths.map((path) => ({ path, ...Promise.withResolvers<Rejudged>() }));
  const waiting = results.values();
  const work = async () => {
    let worker: Worker | null = null;
    // All threads share one iterator, so each run is taken once.
    for (const { path, resolve } of waiting) {
      worker ??= new Worker(new URL(`./rejudge-worker${ENDING}`, import.meta.url));
      const result = await rejudgedBy(worker, path);
      if (result.died) worker = null;
      resolve(result.rejudged);
    }
    await worker?.terminate();
  };
  const working = Promise.all(Array.from({ length: threads }, work));
  for (const { promise } of results) yield await promise;
  await working;
}

/** A crash of the thread, for example out of memory, affects no other run. */
function rejudgedBy(worker: Worker, path: string): Promise<{ rejudged: Rejudged; died: boolean }> {
  const { promise, resolve } = Promise.withResolvers<{ rejudged: Rejudged; died: boolean }>();
  const died = (why: string) =>
    resolve({ rejudged: unjudged(path, `its judge crashed: ${why}`, `check it alone, ${AGAIN}`), died: true });
  const onMessage = (rejudged: Rejudged) => resolve({ rejudged, died: false });
  const onError = (error: unknown) => died(reasonOf(error));
  const onExit = (code: number) => died(`its thread ended with code ${code}`);
  worker.once("message", onMessage).once("error", onError).once("exit", onExit);
  worker.postMessage(path);
  return promise.finally(() => {
    worker.off("message", onMessage).off("exit", onExit);
    worker.off("error", onError);
  });
}

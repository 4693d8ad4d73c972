/** A time limit for requests that may never be answered. */
import { setTimeout as sleep } from "node:timers/promises";

/** Rejects when `work` has not ended after `ms`; its later result is ignored. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = async (): Promise<never> => {
    await sleep(ms, undefined, { signal: over.signal });
    throw new Error(`${what}: no answer for ${ms / 1000} s`);
  };
  const bound = late();
  bound.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, bound]);
  } finally {
    over.abort();
  }
}

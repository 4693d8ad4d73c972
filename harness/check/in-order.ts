/** The answers to the load's writes, in the order in which they came. */
import type { History } from "../model/columns/history.ts";

/** The places of the writes sent at `fromMs` or later that were answered. */
export function answersInOrder({ length, status, invokedMs, completedMs }: History, fromMs: number): Uint32Array {
  const answers = new Uint32Array(length);
  let count = 0;
  for (let i = 0; i < length; i += 1) {
    if (status[i] === 0 || (invokedMs[i] as number) < fromMs) continue;
    answers[count] = i;
    count += 1;
  }
  return answers.subarray(0, count).sort((x, y) => (completedMs[x] as number) - (completedMs[y] as number));
}

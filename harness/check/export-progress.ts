/**
 * What the states of a bulk export's job say: where it was at a time, and when servers worked on it. A server works on
 * it when its state changes on the site that serves, other than by the operator.
 */
import type { SiteName } from "../model/plan/site.ts";
import type { JobState } from "../model/record/bulk-export.ts";

/** The step in which HAPI writes the files, and the states of a chunk that a server is working on. */
const WRITING = "write-to-binaries";
const IN_HAND = ["QUEUED", "IN_PROGRESS", "ERRORED"];
/** The state of a job whose files are there, and all in which no server has anything left to do. */
export const COMPLETED = "COMPLETED";
const ENDED = [COMPLETED, "FAILED", "CANCELLED"];
/** A killed database does not answer: its last state may be this old. */
export const LAST_SEEN_MS = 1000;
/** By then the operator's changes to the job are visible, and no server has begun to work on it. */
const SETTLED_MS = 1000;

export function stateAt(states: readonly JobState[], site: SiteName, atMs: number): JobState | null {
  const last = states.findLast((state) => state.side === site && state.fromMs <= atMs);
  return last !== undefined && last.toMs >= atMs - LAST_SEEN_MS ? last : null;
}

/** A site that serves from then on. */
export interface Turn {
  side: SiteName;
  atMs: number;
}

/** When the job's state changed on that site, from a moment after the beginning of its turn. */
export function changesIn(states: readonly JobState[], { side, atMs }: Turn, endMs = Number.POSITIVE_INFINITY) {
  const there = states.filter((state) => state.side === side && state.toMs >= atMs);
  const settled = there.findLastIndex(({ fromMs }) => fromMs <= atMs + SETTLED_MS);
  return there.slice(Math.max(0, settled)).flatMap((state, i, from): number[] => {
    const before = from[i - 1];
    // After a moment without an answer the same state is recorded again.
    const hasChanged = before !== undefined && stateText(before) !== stateText(state);
    return hasChanged && state.fromMs < endMs ? [state.fromMs] : [];
  });
}

/** The longest time within a turn, in milliseconds, in which an unfinished job was seen in the same state. */
export function longestStandstill(states: readonly JobState[], { side, atMs }: Turn, endMs: number): number {
  let [longest, sinceMs, text] = [0, atMs, ""];
  for (const state of states) {
    const fromMs = Math.max(state.fromMs, atMs);
    const toMs = Math.min(state.toMs, endMs);
    if (state.side !== side || hasEnded(state) || toMs < fromMs) continue;
    if (stateText(state) !== text) [sinceMs, text] = [fromMs, stateText(state)];
    longest = Math.max(longest, toMs - sinceMs);
  }
  return longest;
}

/** Whether servers are writing the export's files. */
export function isWritten({ step, chunks }: JobState): boolean {
  return step === WRITING && IN_HAND.some((state) => (chunks[state] ?? 0) > 0);
}

export function hasEnded({ state }: JobState): boolean {
  return ENDED.includes(state);
}

/** Describes a state for people. */
export function stateText({ state, step, chunks }: JobState): string {
  const counts = Object.entries(chunks)
    .toSorted()
    .map(([name, count]) => `${count} ${name}`);
  return `${state} in ${step ?? "no step"}${counts.length > 0 ? `, its chunks ${counts.join(", ")}` : ""}`;
}

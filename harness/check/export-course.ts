/**
 * The course of a bulk export: where its job was when the first act of the scenario came, when the new primary's server
 * was first observed working on it, and how it ended for its client.
 */
import { FIRST_PRIMARY, type SiteName } from "../model/plan/site.ts";
import { DONE, isAboutTheJob, type JobState, type Poll, RUNNING, TIMES_TOLD } from "../model/record/bulk-export.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { ExportOutcome } from "../model/verdict/verdict.ts";
import { isFirstAct } from "./facts.ts";

/** The step in which HAPI writes the files, and the states of a chunk that a server is working on. */
const WRITING = "write-to-binaries";
const IN_HAND = ["QUEUED", "IN_PROGRESS", "ERRORED"];
/** A killed database does not answer: its last state may be this old. */
const LAST_SEEN_MS = 1000;
/** By then the operator's changes to the job are visible, and no server has begun to work on it. */
const SETTLED_MS = 1000;
/** The longest time between two polls, if the first of them is not answered. */
const LAST_POLL_MS = 15_000;

export interface ExportCourse {
  actMs: number;
  /** `null` if it was not observed. */
  atFault: JobState | null;
  isWriting: boolean;
  /** Before its end, in order; the last one counts. */
  takeovers: readonly Pick<OperatorEvent, "side" | "atMs">[];
  /** `null` if its client stopped polling too early, or it is not known whether a server worked on it. */
  outcome: ExportOutcome | null;
  /** When its client learned the end. */
  endedMs: number | null;
  pickedUpMs: number | null;
}

/** `null` if the scenario did nothing to the system, or there was no poll. */
export function exportCourse({ run, events, bulkExport }: RunRecord): ExportCourse | null {
  const actMs = events.find(isFirstAct)?.atMs;
  const polls = bulkExport.filter((line) => line.type === "poll");
  const states = bulkExport.filter((line) => line.type === "job");
  const last = polls.at(-1);
  if (actMs === undefined || last === undefined) return null;
  const atFault = stateAt(states, FIRST_PRIMARY, actMs);
  const takeovers = takeoversIn(events, last.doneMs);
  const takeover = takeovers.at(-1) ?? null;
  const pickedUpMs = takeover === null ? null : pickedUp(states, takeover);
  const limitMs = actMs + 1000 * (run.scenario.bulkExport?.waitSeconds ?? 0) - LAST_POLL_MS;
  const seenMs = states.findLast(({ side }) => side === takeover?.side)?.toMs ?? Number.NEGATIVE_INFINITY;
  const outcome = outcomeOf(polls, {
    ...{ limitMs, wasTakenOver: takeover !== null, wasPickedUp: pickedUpMs !== null },
    wasSeen: seenMs >= limitMs,
  });
  return {
    ...{ actMs, atFault, takeovers, outcome, pickedUpMs },
    isWriting: atFault?.step === WRITING && inHand(atFault) > 0,
    endedMs: outcome === "completed" || outcome === "resumed" || outcome === "told" ? last.doneMs : null,
  };
}

interface Around {
  limitMs: number;
  wasTakenOver: boolean;
  wasPickedUp: boolean;
  /** Its job was read from the new primary's database to the end. */
  wasSeen: boolean;
}

function outcomeOf(
  polls: readonly Poll[],
  { limitMs, wasTakenOver, wasPickedUp, wasSeen }: Around,
): ExportOutcome | null {
  const last = polls.slice(-TIMES_TOLD);
  const { status, doneMs } = last.at(-1) as Poll;
  if (status === DONE) return wasTakenOver ? "resumed" : "completed";
  const isRepeated = last.length === TIMES_TOLD && last.every((poll) => poll.status === status);
  if (isRepeated && status !== RUNNING && isAboutTheJob(status)) return "told";
  if (doneMs < limitMs) return null;
  if (status !== RUNNING) return "unreachable";
  if (wasPickedUp || !wasTakenOver) return "unfinished";
  return wasSeen ? "stuck" : null;
}

function takeoversIn(events: readonly DrillEvent[], endMs: number): OperatorEvent[] {
  return events.filter(
    (event): event is OperatorEvent => event.type === "operator" && event.step === "promoted" && event.atMs <= endMs,
  );
}

function stateAt(states: readonly JobState[], site: SiteName, atMs: number): JobState | null {
  const last = states.findLast((state) => state.side === site && state.fromMs <= atMs);
  return last !== undefined && last.toMs >= atMs - LAST_SEEN_MS ? last : null;
}

/** When the job's state first differed from the one after the takeover: then a server works on it. */
function pickedUp(states: readonly JobState[], { side, atMs }: OperatorEvent): number | null {
  const there = states.filter((state) => state.side === side && state.toMs >= atMs);
  const settled = there.findLast(({ fromMs }) => fromMs <= atMs + SETTLED_MS) ?? there[0];
  if (settled === undefined) return null;
  // After a moment without an answer the same state is recorded again.
  const moved = there.find((state) => state.fromMs > settled.fromMs && stateText(state) !== stateText(settled));
  return moved?.fromMs ?? null;
}

function inHand({ chunks }: JobState): number {
  return IN_HAND.reduce((sum, state) => sum + (chunks[state] ?? 0), 0);
}

/** Describes a state for people. */
export function stateText({ state, step, chunks }: JobState): string {
  const counts = Object.entries(chunks)
    .toSorted()
    .map(([name, count]) => `${count} ${name}`);
  return `${state} in ${step ?? "no step"}${counts.length > 0 ? `, its chunks ${counts.join(", ")}` : ""}`;
}

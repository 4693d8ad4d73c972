/**
 * The course of a bulk export: where its job was when the first act of the scenario came and at each takeover, when the
 * new primary's server was first observed working on it, and how it ended for its client.
 */
import { PICKED_UP_WITHIN_SECONDS } from "../model/plan/bulk-export.ts";
import { FIRST_PRIMARY, otherSite, type SiteName } from "../model/plan/site.ts";
import { DONE, isErrorOfTheJob, type JobState, type Poll, RUNNING, TIMES_TOLD } from "../model/record/bulk-export.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { ExportOutcome } from "../model/verdict/verdict.ts";
import {
  COMPLETED,
  changesIn,
  LAST_SEEN_MS,
  longestStandstill,
  stateAt,
  stateText,
  type Turn,
} from "./export-progress.ts";
import { isFirstAct } from "./facts.ts";

/** The longest time between two polls, if the first of them is not answered. */
const LAST_POLL_MS = 15_000;

export interface ExportTakeover extends Pick<OperatorEvent, "side" | "atMs" | "plan"> {
  /** When the promotion began; `null` if it was not observed. */
  state: JobState | null;
}

/** How it ended; `why`: why that is not known. */
type Ending = { outcome: ExportOutcome; why: null } | { outcome: null; why: string };

export type ExportCourse = Course & Ending;

interface Course {
  actMs: number;
  /** `null` if it was not observed. */
  atFault: JobState | null;
  /** Before its end, in order; the last one counts. */
  takeovers: readonly ExportTakeover[];
  /** The sites to which a switchover was planned that did not take place before its end. */
  missed: readonly SiteName[];
  /** When its client learned the end. */
  endedMs: number | null;
  pickedUpMs: number | null;
  /**
   * How long no server had worked on it since the first act: until the client's last poll, or its first error if that
   * was the end.
   */
  idleMs: number;
  /** The longest time that no server was seen to work on it, between the first act and then. */
  standstillMs: number;
  /** Whether its job was observed until then. */
  wasSeen: boolean;
}

/** `null` if the scenario did nothing to the system, or there was no poll. */
export function exportCourse({ run, events, bulkExport }: RunRecord): ExportCourse | null {
  const actMs = events.find(isFirstAct)?.atMs;
  const polls = bulkExport.filter((line) => line.type === "poll");
  const states = bulkExport.filter((line) => line.type === "job");
  const last = polls.at(-1);
  if (actMs === undefined || last === undefined) return null;
  const promotions = promotionsIn(events);
  const takeovers = promotions.filter(({ atMs }) => atMs <= last.doneMs).map((event) => takeoverBy(event, states));
  const turns: Turn[] = [{ side: FIRST_PRIMARY, atMs: actMs }, ...takeovers];
  const changes = turns.map((turn, i) => changesIn(states, turn, turns[i + 1]?.atMs));
  const turn = turns.at(-1) as Turn;
  const pickedUpMs = takeovers.length === 0 ? null : (changes.at(-1)?.[0] ?? null);
  const errors = errorsOf(polls, Math.max(actMs, turn.atMs));
  const untilMs = errors === null ? last.doneMs : (errors[0] as Poll).doneMs;
  const idleMs = untilMs - Math.max(actMs, ...changes.flat().filter((ms) => ms <= untilMs));
  const standstillMs = Math.max(
    ...turns.map((each, i) => longestStandstill(states, each, Math.min(turns[i + 1]?.atMs ?? untilMs, untilMs))),
  );
  const seenMs = states.findLast(({ side }) => side === turn.side)?.toMs ?? Number.NEGATIVE_INFINITY;
  const wasSeen = seenMs >= untilMs - LAST_POLL_MS;
  const nextMs = promotions.find(({ atMs }) => atMs > last.doneMs)?.atMs;
  const ending = endingOf(last, {
    ...{ actMs, idleMs, wasSeen, waitSeconds: run.scenario.bulkExport?.waitSeconds ?? 0 },
    ...{ isTold: errors !== null, wasTakenOver: takeovers.length > 0 },
    after: last.status === DONE ? otherThanCompleted(states, turn.side, last.doneMs, nextMs) : null,
  });
  return {
    ...{ actMs, atFault: stateAt(states, FIRST_PRIMARY, actMs), takeovers, pickedUpMs, idleMs, standstillMs, wasSeen },
    ...{ missed: missedOf(run.scenario.orders, takeovers) },
    endedMs: ENDINGS.includes(ending.outcome) ? last.doneMs : null,
    ...ending,
  };
}

/** The outcomes of which its client learns. */
const ENDINGS: readonly (ExportOutcome | null)[] = ["completed", "resumed", "told"];

interface Around extends Pick<Course, "actMs" | "idleMs" | "wasSeen"> {
  waitSeconds: number;
  isTold: boolean;
  wasTakenOver: boolean;
  /** A state that its job cannot be in if its client got the files. */
  after: JobState | null;
}

function endingOf({ status, doneMs }: Poll, around: Around): Ending {
  const { actMs, idleMs, wasSeen, waitSeconds, after, isTold, wasTakenOver } = around;
  if (doneMs < actMs) return unknown("its client's polls ended before the first act");
  if (after !== null) {
    const site = after.side.toUpperCase();
    return unknown(`its client got the files, and ${site}'s database had it as ${stateText(after)} after that`);
  }
  if (status === DONE) return known(wasTakenOver ? "resumed" : "completed");
  if (isTold) return known("told");
  if (doneMs < actMs + 1000 * waitSeconds - LAST_POLL_MS) return unknown("its client stopped polling too early");
  if (status !== RUNNING) return known("unreachable");
  if (idleMs < 1000 * Math.min(waitSeconds, PICKED_UP_WITHIN_SECONDS) - LAST_POLL_MS) return known("unfinished");
  return wasSeen ? known("stuck") : unknown("its job was not observed to the end");
}

const known = (outcome: ExportOutcome): Ending => ({ outcome, why: null });
const unknown = (why: string): Ending => ({ outcome: null, why });

function promotionsIn(events: readonly DrillEvent[]): OperatorEvent[] {
  return events.filter((event): event is OperatorEvent => event.type === "operator" && event.step === "promoted");
}

/** The new primary follows until then, so that both sites know the state; a lost one is no longer asked. */
function takeoverBy({ side, atMs, tookMs, plan }: OperatorEvent, states: readonly JobState[]): ExportTakeover {
  const beganMs = atMs - tookMs;
  const state = stateAt(states, side, beganMs) ?? stateAt(states, otherSite(side), beganMs);
  return { side, atMs, plan, state };
}

function missedOf(orders: RunRecord["run"]["scenario"]["orders"], takeovers: readonly ExportTakeover[]): SiteName[] {
  const left = takeovers.filter(({ plan }) => plan === "switchover").map(({ side }) => side);
  return orders.flatMap((order) => {
    if (order.kind !== "switchover") return [];
    const place = left.indexOf(order.to);
    if (place >= 0) left.splice(place, 1);
    return place < 0 ? [order.to] : [];
  });
}

/** The errors after the last other answer about the job, if they lasted to the end; `null` if they did not. */
function errorsOf(polls: readonly Poll[], sinceMs: number): Poll[] | null {
  const lasting = polls.slice(-TIMES_TOLD);
  const { status } = lasting.at(-1) as Poll;
  const isLasting = lasting.every((poll) => poll.status === status && poll.sentMs >= sinceMs);
  if (lasting.length < TIMES_TOLD || !isLasting || !isErrorOfTheJob(status)) return null;
  const running = polls.findLastIndex((poll) => poll.status === RUNNING);
  return polls.slice(running + 1).filter((poll) => isErrorOfTheJob(poll.status) && poll.sentMs >= sinceMs);
}

/** A state that a site's database had after a moment, up to the next takeover. */
function otherThanCompleted(
  states: readonly JobState[],
  site: SiteName,
  doneMs: number,
  nextMs = Number.POSITIVE_INFINITY,
): JobState | null {
  const after = states.filter(
    ({ side, fromMs, toMs }) => side === site && toMs > doneMs + LAST_SEEN_MS && fromMs < nextMs,
  );
  return after.find(({ state }) => state !== COMPLETED) ?? null;
}

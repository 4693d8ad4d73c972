/**
 * Could each register have been a single one? Computed a second time from `docs/definitions.md` alone, by trying every
 * order of the operations, as Knossos does. Tests check the checker against it.
 */
import type { Operation } from "../../model/columns/operation.ts";
import { registerOf } from "../../model/load/write.ts";
import type { AuditLine } from "../../model/record/audit.ts";
import { obviousFate, rowsOf } from "./obvious-sets.ts";

/** What a register holds: its version and the write that made it; `null`: none. */
export interface State {
  version: number;
  writer: number | null;
}

/** An operation on a register, at one instant between its sending and its end. */
export interface Deed {
  sentMs: number;
  doneMs: number;
  /** It is there, or was acknowledged and is not gone; else it may never have happened. */
  certain: boolean;
  /** What the register holds afterwards; `null` if the operation is impossible in that state. */
  done: (state: State) => State | null;
}

/** Whether an order exists in which no operation comes after one that was sent only after its end. */
export function canBeOrdered(left: readonly Deed[], state: State): boolean {
  if (!left.some((deed) => deed.certain)) return true;
  return left.some((deed) => {
    if (left.some((other) => other.doneMs < deed.sentMs)) return false;
    const next = deed.done(state);
    return (
      next !== null &&
      canBeOrdered(
        left.filter((other) => other !== deed),
        next,
      )
    );
  });
}

export interface ObviousRegisters {
  checked: number;
  /** Numbers of registers. */
  violations: number[];
  unjudged: number;
}

interface Held {
  serving: readonly AuditLine[];
  /** What a lost site held when it came back. */
  returned: readonly AuditLine[];
}

export function obviousRegisters(writes: readonly Operation[], held: Held): ObviousRegisters {
  const updates = Map.groupBy(
    writes.filter(({ kind }) => kind === "update"),
    ({ n }) => registerOf(n),
  );
  const isDark = (of: readonly Operation[]) => of.some(({ outcome, read }) => outcome !== "fail" && read === null);
  const judged = [...updates].filter(([, of]) => !isDark(of) && of.some(({ read }) => read !== null));
  const violated = judged.filter(([, of]) => !canBeOrdered(deedsOf(of, held), { version: 1, writer: null }));
  const unjudged = [...updates.values()].filter(isDark).length;
  return { checked: judged.length, violations: violated.map(([register]) => register), unjudged };
}

function deedsOf(updates: readonly Operation[], held: Held): Deed[] {
  const isGone = (update: Operation) =>
    update.outcome !== "fail" && (obviousFate(update, held.serving) !== "whole" || wasBroughtBack(update, held));
  const gone = updates.filter(isGone).map(({ n }) => n);
  return updates.flatMap((update) => {
    const { n, read, outcome, completedMs, stored } = update;
    if (read === null) return [];
    const deeds: Deed[] = [];
    if (read.writer === null || !gone.includes(read.writer))
      deeds.push({
        ...{ sentMs: read.sentMs, doneMs: read.doneMs, certain: true },
        done: (state) => (state.version === read.version && state.writer === read.writer ? state : null),
      });
    if (outcome === "fail") return deeds;
    const certain = !gone.includes(n);
    const acknowledged = [Number(stored[0]?.split("/")[2])];
    const there = rowsOf(held.serving).filter((row) => row.write === update.write);
    const made = outcome === "ok" ? acknowledged : there.map((row) => row.version);
    const isAnswered = certain && outcome === "ok";
    deeds.push({
      ...{ sentMs: read.doneMs, doneMs: isAnswered ? (completedMs as number) : Number.POSITIVE_INFINITY, certain },
      done: ({ version }) =>
        version === read.version && (!certain || made.every((each) => each === version + 1))
          ? { version: version + 1, writer: n }
          : null,
    });
    return deeds;
  });
}

/** The site that acknowledged it held it when it came back, and the serving site holds it under other ids. */
function wasBroughtBack(update: Operation, { serving, returned }: Held): boolean {
  if (update.outcome !== "ok" || update.servedBy !== returned[0]?.side) return false;
  const numbersIn = (lines: readonly AuditLine[]) =>
    rowsOf(lines)
      .filter((row) => row.write === update.write)
      .map((row) => row.pid);
  const then = numbersIn(returned);
  return then.length > 0 && !numbersIn(serving).some((pid) => then.includes(pid));
}

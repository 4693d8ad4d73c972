/**
 * Is the history of a register linearizable, that is, one that a single register could have had? Each operation must
 * have taken effect at one instant between its sending and its answer, all instants in the order of the versions: an
 * update that demanded version v made version v + 1, a read returned the version that stood, with its writer's
 * content.
 *
 * An update says which version it demands, so the order is known and nothing has to be searched: version by version,
 * each instant is set as early as possible. A version that was never acknowledged must have been made by an update of
 * unknown outcome; the one that was sent first is as good as any, since the others may never have happened. Time and
 * memory are linear in the operations, except for sorting the few of each register.
 */
import { MAYBE_UPDATED, READ, type Registers, UPDATED } from "../model/columns/registers.ts";

export interface RegisterViolation {
  register: number;
  /** What a single register cannot have done. */
  why: string;
}

export function registerViolations(ops: Registers): RegisterViolation[] {
  const { starts, order } = byRegister(ops);
  const violations: RegisterViolation[] = [];
  for (let register = 0; register + 1 < starts.length; register += 1) {
    const group = { order, from: starts[register] as number, to: starts[register + 1] as number };
    if (group.from === group.to) continue;
    const why = violationOf(ops, group);
    if (why !== null) violations.push({ register, why });
  }
  return violations;
}

/** Operations `order[from]` to `order[to - 1]`: bounds instead of a new array, of which there would be millions. */
interface Group {
  order: Uint32Array;
  from: number;
  to: number;
}

/** Counting sort: the operations of register r are `order[starts[r]]` to `order[starts[r + 1] - 1]`. */
function byRegister({ register, length }: Registers): { starts: Uint32Array; order: Uint32Array } {
  let highest = -1;
  for (let i = 0; i < length; i += 1) highest = Math.max(highest, register[i] as number);
  const starts = new Uint32Array(highest + 2);
  for (let i = 0; i < length; i += 1) (starts[(register[i] as number) + 1] as number) += 1;
  for (let r = 0; r <= highest; r += 1) (starts[r + 1] as number) += starts[r] as number;
  const next = starts.slice();
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i += 1) {
    const of = register[i] as number;
    order[next[of] as number] = i;
    (next[of] as number) += 1;
  }
  return { starts, order };
}

/** The version of an operation: the one it made, would have made, or read. */
function versionOf(ops: Registers, i: number): number {
  return ops.kind[i] === MAYBE_UPDATED ? (ops.expects[i] as number) + 1 : (ops.version[i] as number);
}

function violationOf(ops: Registers, group: Group): string | null {
  sortFew(ops, group);
  const { order, to } = group;
  let highestKnown = 0;
  for (let k = group.from; k < to; k += 1) {
    const i = order[k] as number;
    if (ops.kind[i] !== MAYBE_UPDATED) highestKnown = Math.max(highestKnown, versionOf(ops, i));
  }
  // The earliest instant left for the next operation.
  let nowMs = Number.NEGATIVE_INFINITY;
  let at = group.from;
  for (let version = 0; version <= highestKnown; version += 1) {
    const from = at;
    while (at < to && versionOf(ops, order[at] as number) === version) at += 1;
    const here = { order, from, to: at };
    const writer = version === 0 ? firstOf(ops, here) : writerOf(ops, here, version);
    if (writer.why !== null) return writer.why;
    if (writer.op !== null) {
      nowMs = Math.max(nowMs, ops.invokedMs[writer.op] as number);
      if ((ops.completedMs[writer.op] as number) < nowMs)
        return `version ${version} was acknowledged before an operation that must precede it was sent`;
    }
    const madeMs = nowMs;
    const content = writer.op === null ? -1 : ops.writer[writer.op];
    for (let k = from; k < at; k += 1) {
      const i = order[k] as number;
      if (ops.kind[i] !== READ) continue;
      if (ops.writer[i] !== content) return `version ${version} was read with the content of another write`;
      if ((ops.completedMs[i] as number) < madeMs) return `version ${version} was read before it can have existed`;
      nowMs = Math.max(nowMs, ops.invokedMs[i] as number);
    }
  }
  return null;
}

interface Writer {
  op: number | null;
  why: string | null;
}

/** The first version has no writer among these: it was there before them. */
function firstOf(ops: Registers, { order, from, to }: Group): Writer {
  for (let k = from; k < to; k += 1)
    if (ops.kind[order[k] as number] === UPDATED)
      return { op: null, why: "an update was acknowledged with the first version, which existed before it" };
  return { op: null, why: null };
}

/** The operation that made the version. */
function writerOf(ops: Registers, { order, from, to }: Group, version: number): Writer {
  let acknowledged: number | null = null;
  let maybe: number | null = null;
  let read: number | null = null;
  for (let k = from; k < to; k += 1) {
    const i = order[k] as number;
    if (ops.kind[i] === UPDATED) {
      if (acknowledged !== null) return { op: null, why: `version ${version} was made by two updates` };
      if (ops.expects[i] !== version - 1)
        return { op: null, why: `version ${version} was made by an update that did not demand the previous one` };
      acknowledged = i;
    } else if (ops.kind[i] === READ) read = ops.writer[i] as number;
  }
  if (acknowledged !== null) return { op: acknowledged, why: null };
  for (let k = from; k < to; k += 1) {
    const i = order[k] as number;
    if (ops.kind[i] !== MAYBE_UPDATED || (read !== null && ops.writer[i] !== read)) continue;
    if (maybe === null || (ops.invokedMs[i] as number) < (ops.invokedMs[maybe] as number)) maybe = i;
  }
  return maybe === null ? { op: null, why: `no update can have made version ${version}` } : { op: maybe, why: null };
}

/** Sorts by version. Registers have few operations each, mostly in order; the built-in sort handles long histories. */
function sortFew(ops: Registers, { order, from, to }: Group): void {
  if (to - from > 64) {
    order.subarray(from, to).sort((x, y) => versionOf(ops, x) - versionOf(ops, y));
    return;
  }
  for (let k = from + 1; k < to; k += 1) {
    const moved = order[k] as number;
    const version = versionOf(ops, moved);
    let j = k - 1;
    while (j >= from && versionOf(ops, order[j] as number) > version) {
      order[j + 1] = order[j] as number;
      j -= 1;
    }
    order[j + 1] = moved;
  }
}

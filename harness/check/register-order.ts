/**
 * Is the history of a register one that a single register could have had (linearizable)? Each operation must have
 * taken effect at one instant between its sending and its answer, all instants in the order of the versions: an update
 * that demanded version v made version v + 1, a read returned the version that stood, with its writer's content.
 *
 * Because an update says which version it demands, the order is known and nothing has to be searched: version by
 * version, each instant is set as early as can be. A version that nobody was told of must have been made by an update of
 * unknown outcome; the one that was sent first is as good as any, for the others may never have happened. Time and
 * memory are linear in the operations, but for sorting the few of each register.
 */
import { MAYBE_UPDATED, READ, type Registers, UPDATED } from "../model/registers.ts";

export interface RegisterViolation {
  register: number;
  /** What no single register can have done. */
  why: string;
}

export function registerViolations(ops: Registers): RegisterViolation[] {
  const { starts, order } = byRegister(ops);
  const violations: RegisterViolation[] = [];
  for (let register = 0; register + 1 < starts.length; register += 1) {
    const [from, to] = [starts[register] as number, starts[register + 1] as number];
    if (from === to) continue;
    const why = violationOf(ops, order.subarray(from, to));
    if (why !== null) violations.push({ register, why });
  }
  return violations;
}

/** Counting sort: the operations of register r are `order[starts[r]]` to `order[starts[r + 1] - 1]`. */
function byRegister(ops: Registers): { starts: Uint32Array; order: Uint32Array } {
  let highest = -1;
  for (let i = 0; i < ops.length; i += 1) highest = Math.max(highest, ops.register[i] as number);
  const starts = new Uint32Array(highest + 2);
  for (let i = 0; i < ops.length; i += 1) (starts[(ops.register[i] as number) + 1] as number) += 1;
  for (let r = 0; r <= highest; r += 1) (starts[r + 1] as number) += starts[r] as number;
  const next = starts.slice();
  const order = new Uint32Array(ops.length);
  for (let i = 0; i < ops.length; i += 1) {
    const register = ops.register[i] as number;
    order[next[register] as number] = i;
    (next[register] as number) += 1;
  }
  return { starts, order };
}

/** The version at which an operation stands: the one it made, would have made, or read. */
function versionOf(ops: Registers, i: number): number {
  return ops.kind[i] === MAYBE_UPDATED ? (ops.expects[i] as number) + 1 : (ops.version[i] as number);
}

function violationOf(ops: Registers, group: Uint32Array): string | null {
  // At one version updates before reads, so that the reads know whom to expect.
  const rank = (i: number) => versionOf(ops, i) * 2 + (ops.kind[i] === READ ? 1 : 0);
  sortFew(group, rank);
  let highestKnown = 0;
  for (const i of group) if (ops.kind[i] !== MAYBE_UPDATED) highestKnown = Math.max(highestKnown, versionOf(ops, i));
  // The earliest instant that is left to whatever comes next.
  let nowMs = Number.NEGATIVE_INFINITY;
  let at = 0;
  for (let version = 0; version <= highestKnown; version += 1) {
    const from = at;
    while (at < group.length && versionOf(ops, group[at] as number) === version) at += 1;
    const here = group.subarray(from, at);
    const writer = version === 0 ? { op: null, why: null } : writerOf(ops, here, version);
    if (writer.why !== null) return writer.why;
    if (writer.op !== null) {
      nowMs = Math.max(nowMs, ops.invokedMs[writer.op] as number);
      if ((ops.completedMs[writer.op] as number) < nowMs)
        return `version ${version} was acknowledged before something that must have come earlier was even sent`;
    }
    const madeMs = nowMs;
    const content = writer.op === null ? -1 : ops.writer[writer.op];
    for (const i of here) {
      if (ops.kind[i] !== READ) continue;
      if (ops.writer[i] !== content) return `version ${version} was read with the content of another write`;
      if ((ops.completedMs[i] as number) < madeMs) return `version ${version} was read before it can have been there`;
      nowMs = Math.max(nowMs, ops.invokedMs[i] as number);
    }
  }
  return null;
}

/** Who made the version. */
function writerOf(ops: Registers, here: Uint32Array, version: number): { op: number | null; why: string | null } {
  let acknowledged: number | null = null;
  let maybe: number | null = null;
  let read: number | null = null;
  for (const i of here) {
    if (ops.kind[i] === UPDATED) {
      if (acknowledged !== null) return { op: null, why: `version ${version} was acknowledged to two updates` };
      if (ops.expects[i] !== version - 1)
        return { op: null, why: `version ${version} was made by an update that demanded another than the one before` };
      acknowledged = i;
    } else if (ops.kind[i] === READ) read = ops.writer[i] as number;
  }
  if (acknowledged !== null) return { op: acknowledged, why: null };
  for (const i of here) {
    if (ops.kind[i] !== MAYBE_UPDATED || (read !== null && ops.writer[i] !== read)) continue;
    if (maybe === null || (ops.invokedMs[i] as number) < (ops.invokedMs[maybe] as number)) maybe = i;
  }
  return maybe === null ? { op: null, why: `nobody can have made version ${version}` } : { op: maybe, why: null };
}

/** Registers have few operations each, mostly in order already; a long history is left to the engine's own sort. */
function sortFew(group: Uint32Array, rank: (i: number) => number): void {
  if (group.length > 64) {
    group.sort((x, y) => rank(x) - rank(y));
    return;
  }
  for (let i = 1; i < group.length; i += 1) {
    const moved = group[i] as number;
    const of = rank(moved);
    let j = i - 1;
    while (j >= 0 && rank(group[j] as number) > of) {
      group[j + 1] = group[j] as number;
      j -= 1;
    }
    group[j + 1] = moved;
  }
}

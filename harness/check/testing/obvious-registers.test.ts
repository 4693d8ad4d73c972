/** The check of registers agrees with trying every order, over thousands of small runs, sound or not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Operation } from "../../model/columns/operation.ts";
import { firstVersionOf, REGISTERS, writeId } from "../../model/load/write.ts";
import type { SiteName } from "../../model/plan/site.ts";
import type { AuditLine, AuditRow } from "../../model/record/audit.ts";
import { gatherFacts } from "../facts.ts";
import { linearizableRegisters } from "../linearizable-registers.ts";
import { PLAN } from "./fake-plan.ts";
import { fakeParts, recordOf } from "./fake-run.ts";
import { RUNNER } from "./fake-writes.ts";
import { obviousRegisters } from "./obvious-registers.ts";

const { seed } = PLAN;
const whole = fakeParts();

type Draw = (limit: number) => number;

interface Made {
  updates: Operation[];
  serving: AuditRow[];
  returned: AuditRow[];
}

const row = (side: SiteName, { write, n }: Operation, version: number, pid: number): AuditRow => {
  const unsaid = { deleted: false, content: null, refersTo: null, indexed: null };
  return { type: "row", side, write, resource: firstVersionOf(seed, n % REGISTERS).path, version, pid, ...unsaid };
};

const rowAsMade = (register: number): AuditRow => {
  const { id, path } = firstVersionOf(seed, register);
  const unsaid = { deleted: false, content: null, refersTo: null, indexed: null };
  return { type: "row", side: "b", write: id, resource: path, version: 1, pid: 9000 + register, ...unsaid };
};

/** A sound history of a register: B takes over in the middle of it, without A's last updates. */
function soundRegister(register: number, below: Draw): Made {
  const updates = Array.from({ length: below(5) }, (_, k): Operation & { readAt: number; doneAt: number } => {
    const n = register + REGISTERS * k;
    const invokedMs = 10 * k + below(16);
    const readAt = invokedMs + below(5);
    const doneMs = readAt + below(5);
    const doneAt = doneMs + below(7);
    const read = { sentMs: invokedMs, doneMs, version: 0, writer: null };
    return {
      ...{ write: writeId(seed, n), n, kind: "update", invokedMs, completedMs: doneAt + below(7), outcome: "ok" },
      ...{ reason: "", status: 200, stored: [], servedBy: "a", runner: RUNNER, line: 1, read, readAt, doneAt },
    };
  });
  const failoverAt = below(2) === 0 ? below(60) : Number.POSITIVE_INFINITY;
  const copied = below(3);
  let state: { version: number; writer: number | null } = { version: 1, writer: null };
  let onA: { op: Operation; version: number }[] = [];
  const serving: AuditRow[] = [];
  const returned: AuditRow[] = [];
  const instants = updates.flatMap((op) => [
    { at: op.readAt, act: () => Object.assign(op.read as object, state) },
    {
      at: op.doneAt,
      act: () => {
        const met = op.read?.version === state.version;
        const isUnknown = below(4) === 0;
        if (isUnknown || !met) op.outcome = "info";
        if (!met || (isUnknown && below(3) === 0)) return;
        state = { version: state.version + 1, writer: op.n };
        if (op.outcome === "ok") op.stored = [`${firstVersionOf(seed, register).path}/${state.version}`];
        op.servedBy = op.doneAt < failoverAt ? "a" : "b";
        onA.push({ op, version: state.version });
      },
    },
  ]);
  const failover = () => {
    const kept = onA.slice(0, Math.max(0, onA.length - copied));
    for (const { op, version } of onA.slice(kept.length)) {
      returned.push(row("a", op, version, op.n));
      if (below(3) === 0) serving.push(row("b", op, version, 5000 + op.n));
    }
    onA = kept;
    const last = kept.at(-1);
    state = { version: last?.version ?? 1, writer: last?.op.n ?? null };
  };
  for (const { act } of [...instants, { at: failoverAt, act: failover }].toSorted((x, y) => x.at - y.at)) act();
  for (const { op, version } of onA) serving.push(row("b", op, version, op.n));
  return { updates: updates.map(({ readAt: _, doneAt: __, ...op }) => op), serving, returned };
}

/** Changes one thing in it. */
function distorted({ updates, serving, returned }: Made, below: Draw): Made {
  const place = below(updates.length);
  const change = (op: Operation): Operation => {
    const { read } = op;
    const reread = (changes: object) => ({ ...op, read: read && { ...read, ...changes } });
    const version = (read?.version ?? 1) + (below(2) === 0 ? 1 : -1);
    const other = updates[below(updates.length)] as Operation;
    switch (below(9)) {
      case 0:
        return reread({ version });
      case 1:
        return reread({ version, writer: other.n });
      case 2:
        return reread({ writer: below(2) === 0 ? null : other.n });
      case 3:
        return { ...op, stored: op.stored.map((name) => name.replace(/\d+$/, String(version))) };
      case 4:
        return reread({ sentMs: op.invokedMs + 10, doneMs: op.invokedMs + 20 });
      case 5:
        return { ...reread({ doneMs: op.invokedMs }), completedMs: op.invokedMs };
      case 6:
        return { ...op, outcome: "fail", stored: [] };
      case 7:
        return { ...op, read: null };
      default:
        return { ...op, outcome: "info", stored: [] };
    }
  };
  const changed = updates.map((op, i) => (i === place ? change(op) : op));
  return { updates: changed, serving: below(4) === 0 ? serving.slice(1) : serving, returned };
}

/** The newest version is the current one. */
const ended = (side: SiteName, rows: readonly AuditRow[]): AuditLine[] => {
  const isNewest = ({ resource, version }: AuditRow) =>
    !rows.some((other) => other.resource === resource && other.version > version);
  const marked = rows.map((each) => ({ ...each, current: isNewest(each), indexed: isNewest(each) || null }));
  return [...marked, { type: "rows-end", side, rows: rows.length, postgres: "17" }];
};

test("it finds exactly the registers that no order of the operations explains", () => {
  const seen = { holds: 0, broken: 0, inconclusive: 0 };
  const cases = 20 * (fc.readConfigureGlobal().numRuns ?? 100);
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const below: Draw = (limit) => (limit < 2 ? 0 : g(fc.nat, { max: limit - 1 }));
      const made = [0, 7].map((register) => {
        const sound = soundRegister(register, below);
        return sound.updates.length > 0 && below(2) === 0 ? distorted(sound, below) : sound;
      });
      const operations = made.flatMap(({ updates }) => updates).toSorted((x, y) => x.invokedMs - y.invokedMs);
      const first = [0, 7].map((register) => rowAsMade(register));
      const serving = ended("b", [...first, ...made.flatMap((of) => of.serving)]);
      const returned = ended(
        "a",
        made.flatMap((of) => of.returned),
      );
      const asked: AuditLine = { type: "reads-end", side: "b", reads: 0, searches: 0 };
      const record = recordOf({ ...whole, operations, audit: [...serving, asked, ...ended("a", [])], returned });

      const truth = obviousRegisters(operations, { serving, returned });
      const { verdict, measures } = linearizableRegisters.check(record, gatherFacts(record));
      seen[verdict as keyof typeof seen] += 1;
      if (truth.checked === 0) {
        expect(verdict).toBe("inconclusive");
        return;
      }
      const rest = truth.unjudged > 0 ? "inconclusive" : "holds";
      expect(verdict).toBe(truth.violations.length > 0 ? "broken" : rest);
      expect(measures?.registers?.checked).toBe(truth.checked);
      const named = measures?.registers?.violations.map((why) => Number(/^Patient\/\w+-(\d+): /.exec(why)?.[1]));
      expect(named).toEqual(truth.violations.toSorted((x, y) => x - y));
    }),
    { seed: 32, numRuns: cases },
  );
  if (cases >= 1000) expect(Math.min(seen.holds, seen.broken, seen.inconclusive)).toBeGreaterThan(cases / 20);
});

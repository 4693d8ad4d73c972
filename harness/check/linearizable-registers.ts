/**
 * Linearizable: the reads and version-aware updates of each register could come from one single register, each taking
 * effect at one instant between its sending and its answer (`register-order.ts`). With several runners each time may be
 * off by the error of its clock mapping. A stale read, a version given out twice, an update carried out although its
 * condition was not met: all of them are violations.
 *
 * An update of unknown outcome that is on the serving site made the version that it has there. This must be the version
 * after the one that it demanded: any other overwrites an update that it never read.
 *
 * An update that is not on the serving site may never have happened, whether it was acknowledged and lost or of unknown
 * outcome, and a client that read its content read what no longer exists: lost writes report both, and they are not
 * counted as violations again. The same applies to one that was lost for a while and brought back. Registers with an
 * update whose demanded version is not known are not judged.
 *
 * Unit: registers.
 * Broken: one of them shows a violation.
 * Inconclusive: no register was updated, or a demanded version of one is not known; or what the serving site holds is
 * not known.
 * No objective: the load updates no register.
 */
import type { Contents } from "../model/columns/contents.ts";
import { FAIL, OK } from "../model/columns/history.ts";
import { MAYBE_UPDATED, READ, Registers, UPDATED } from "../model/columns/registers.ts";
import { FIRST_VERSION, registerIdPrefix, registerOf, WRITE_KINDS } from "../model/load/write.ts";
import type { RunRecord } from "../model/record/record.ts";
import { broughtBackOf } from "./brought-back.ts";
import type { Checker } from "./checker.ts";
import { clockErrors } from "./clock-errors.ts";
import type { Facts } from "./facts.ts";
import { registerViolations } from "./register-order.ts";
import { WHOLE } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

const UPDATE = WRITE_KINDS.indexOf("update");

export const linearizableRegisters: Checker = {
  name: "linearizable-registers",
  needs: HOLDINGS_NEED,
  check: (record, facts) => {
    const { run } = record;
    if (run.scenario.load.mix.update === 0) return { verdict: "no-objective", reason: "the load updates no register" };
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const { registers, checked, unjudged, unseen } = registersOf(record, facts);
    if (checked === 0) return { verdict: "inconclusive", reason: "no register was updated" };
    const name = (register: number) => `Patient/${registerIdPrefix(run.seed)}${register}`;
    const found = registerViolations(registers).map(({ register, why }) => [register, why] as const);
    const violations = [...new Map([...found, ...unseen])].toSorted(([x], [y]) => x - y);
    const evidence = violations.map(([register, why]) => `${name(register)}: ${why}`);
    const measures = { registers: { checked, violations: evidence } };
    if (evidence.length > 0) {
      const reason = `${evidence.length} of ${checked} registers behaved unlike a single register`;
      return { verdict: "broken", reason, evidence, measures };
    }
    if (unjudged > 0)
      return {
        verdict: "inconclusive",
        reason: `not every demanded version is known for ${unjudged} registers`,
        measures,
      };
    return { verdict: "holds", reason: `${checked} registers behaved like a single register each`, measures };
  },
};

function registersOf(record: RunRecord, facts: Facts) {
  const { history, audit } = record;
  const { fates } = facts.holdings.serving;
  const broughtBack = broughtBackOf(record, facts);
  // An instant recorded by another runner may be earlier or later by the clock errors.
  const errorMs = clockErrors(record);
  const { length, kind, outcome, n, completedMs, storedVersion } = history;
  const gone = new Set<number>();
  const dark = new Set<number>();
  for (let i = 0; i < length; i += 1) {
    if (kind[i] !== UPDATE) continue;
    if (outcome[i] !== FAIL && (fates[i] !== WHOLE || broughtBack.has(i))) gone.add(n[i] as number);
    if (outcome[i] !== FAIL && history.readAt(i) === null) dark.add(registerOf(n[i] as number));
  }
  const registers = new Registers();
  const seen = new Set<number>();
  /** By register, the version that overwrites an update that it never read. */
  const unseen = new Map<number, string>();
  for (let i = 0; i < length; i += 1) {
    if (kind[i] !== UPDATE) continue;
    const writer = n[i] as number;
    const register = registerOf(writer);
    const read = history.readAt(i);
    if (read === null || dark.has(register)) continue;
    seen.add(register);
    // Counted in updates: version 0 is the one before all of them.
    const found = read.version - FIRST_VERSION;
    if (read.writer === null || !gone.has(read.writer)) {
      const content = { version: found, expects: null, writer: read.writer ?? -1 };
      registers.push({ register, kind: READ, ...content, ...between(read.sentMs, read.doneMs, errorMs(i)) });
    }
    if (outcome[i] === FAIL) continue;
    const sent = { register, expects: found, writer };
    if (outcome[i] === OK && !gone.has(writer)) {
      const version = (storedVersion[history.storedFrom(i)] as number) - FIRST_VERSION;
      const times = between(read.doneMs, completedMs[i] as number, errorMs(i));
      registers.push({ ...sent, kind: UPDATED, version, ...times });
      continue;
    }
    const times = between(read.doneMs, Number.POSITIVE_INFINITY, errorMs(i));
    if (gone.has(writer)) {
      registers.push({ ...sent, kind: MAYBE_UPDATED, version: 0, ...times });
      continue;
    }
    const other = otherVersionOf(audit[facts.serving], writer, read.version + 1);
    if (other !== null)
      unseen.set(register, `version ${other} was made by ${history.idAt(i)}, which demanded version ${read.version}`);
    registers.push({ ...sent, kind: UPDATED, version: found + 1, ...times });
  }
  return { registers, checked: seen.size, unjudged: dark.size, unseen };
}

/** A version other than this one that write n made; `null` if there is none. */
function otherVersionOf(contents: Contents, n: number, version: number): number | null {
  const other = contents.rowsOf(n).find((row) => contents.version[row] !== version);
  return other === undefined ? null : (contents.version[other] as number);
}

function between(sentMs: number, doneMs: number, errorMs: number): { invokedMs: number; completedMs: number } {
  return { invokedMs: sentMs - errorMs, completedMs: doneMs + errorMs };
}

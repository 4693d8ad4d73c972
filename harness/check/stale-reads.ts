/**
 * Stale: late to appear. An acknowledged version of a register was stale for as long as reads of the register that
 * were sent after its acknowledgement still found an older one: from the acknowledgement to the sending of the last
 * such read, in milliseconds; 0 when the first read already found it. Between runners whose clocks differ, the figure
 * is the least that it can have been. Versions that were not read afterwards do not count, and lost ones never appear:
 * they are counted as losses.
 *
 * A measure: a register with a single stale read is no longer linearizable, and that is judged there.
 *
 * Unit: milliseconds.
 * Inconclusive: what the serving site holds is not known.
 * Not examined: no register was read after its update.
 * No objective: in all other cases. If the load updates no register, there is no figure.
 */
import { OK } from "../model/columns/history.ts";
import { registerOf } from "../model/load/write.ts";
import type { RunRecord } from "../model/record/record.ts";
import { quantiles } from "../stats/quantiles.ts";
import type { Checker } from "./checker.ts";
import { clockErrors } from "./clock-errors.ts";
import { WHOLE } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

interface Read {
  sentMs: number;
  version: number;
}

interface Ack {
  ackMs: number;
  version: number;
}

export const staleReads: Checker = {
  name: "stale-reads",
  needs: HOLDINGS_NEED,
  needsTimes: true,
  check: (record, facts) => {
    const { run } = record;
    if (run.scenario.load.mix.update === 0) return { verdict: "no-objective", reason: "the load updates no register" };
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const lags = [...readsAndAcks(record, facts.holdings.serving.fates).values()].flatMap(lagsOf);
    if (lags.length === 0) return { verdict: "not-examined", reason: "no register was read after it was updated" };
    const late = lags.filter((ms) => ms > 0).length;
    const maxMs = lags.reduce((most, ms) => Math.max(most, ms), 0);
    const reason = `${late} of ${lags.length} versions were late to appear, the latest by ${maxMs.toFixed(0)} ms`;
    return { verdict: "no-objective", reason, measures: { stale: { ...quantiles(lags), maxMs } } };
  },
};

function readsAndAcks(record: RunRecord, fates: Uint8Array): Map<number, { reads: Read[]; acks: Ack[] }> {
  const { history } = record;
  const errorMs = clockErrors(record);
  const registers = new Map<number, { reads: Read[]; acks: Ack[] }>();
  for (let i = 0; i < history.length; i += 1) {
    const read = history.readAt(i);
    if (read === null) continue;
    const register = registerOf(history.n[i] as number);
    const known = registers.get(register) ?? { reads: [], acks: [] };
    registers.set(register, known);
    known.reads.push({ sentMs: read.sentMs - errorMs(i), version: read.version });
    if (history.outcome[i] !== OK || fates[i] !== WHOLE) continue;
    const version = history.storedVersion[history.storedFrom(i)] as number;
    known.acks.push({ ackMs: (history.completedMs[i] as number) + errorMs(i), version });
  }
  return registers;
}

/** Goes up the versions and keeps the last read of any older one. */
function lagsOf({ reads, acks }: { reads: Read[]; acks: Ack[] }): number[] {
  const lastReadMs = reads.reduce((last, { sentMs }) => Math.max(last, sentMs), Number.NEGATIVE_INFINITY);
  const older = reads.toSorted((x, y) => x.version - y.version).values();
  const lags: number[] = [];
  let next = older.next();
  let lastOlderMs = Number.NEGATIVE_INFINITY;
  for (const { ackMs, version } of acks.toSorted((x, y) => x.version - y.version)) {
    for (; !next.done && next.value.version < version; next = older.next())
      lastOlderMs = Math.max(lastOlderMs, next.value.sentMs);
    if (lastReadMs > ackMs) lags.push(Math.max(0, lastOlderMs - ackMs));
  }
  return lags;
}

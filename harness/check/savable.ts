/**
 * Could have been saved: a gone write that the write-ahead log of a lost site still named when the site came back,
 * read while its database was down. Whoever had copied its data folder by then would have it. An acknowledged write
 * was committed where it was acknowledged, so being named in the log is enough.
 * Still in the archive: a gone write that is named in the segments which a site had copied to its archive by the end;
 * it can still be restored, with a backup from before it. Only closed segments are copied.
 *
 * Not known if the number of gone writes is not; nor if a gone write is in no log that was read, and the log of a site
 * that was given up was not read, or was last read before the write was acknowledged. Measured only under Patroni:
 * elsewhere the operator saves what is stranded. It excuses nothing.
 */
import { takeoversIn } from "../model/record/primary.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { WalLine, WalPlace } from "../model/record/wal.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import type { Measures } from "../model/verdict/verdict.ts";
import type { Facts } from "./facts.ts";
import { whyUntimed } from "./untimed.ts";

type Savable = Measures["savable"];

/** `gone`: in the order of the history; or why their number is not known. */
export function savableOf(record: RunRecord, facts: Facts, gone: readonly number[] | string): Savable {
  const { patroni } = record.run.config;
  if (patroni === null) return UNMEASURED.savable;
  const { archive } = patroni;
  if (typeof gone === "string")
    return { gone: null, inLog: notKnown(gone), inArchive: archive ? notKnown(gone) : null };
  return {
    gone: gone.length,
    inLog: foundIn(record, facts, gone, "own"),
    inArchive: archive ? foundIn(record, facts, gone, "archive") : null,
  };
}

const notKnown = (why: string): Savable["inLog"] => ({ count: null, why });

const UNREAD: Record<WalPlace, string> = {
  own: "no log was read before a site came back",
  archive: "no archive was read",
};

function foundIn(record: RunRecord, facts: Facts, gone: readonly number[], of: WalPlace): Savable["inLog"] {
  if (gone.length === 0) return { count: 0, why: null };
  const { history, wal } = record;
  const lines = wal.filter((line) => line.of === of);
  if (lines.length === 0) return notKnown(UNREAD[of]);
  const unreadable = lines.find((line) => line.type === "unreadable");
  if (unreadable) return notKnown(`the log of ${unreadable.side.toUpperCase()} could not be read: ${unreadable.why}`);
  const named = new Set(lines.flatMap((line) => (line.type === "wal" ? line.writes : [])));
  const missing = gone.filter((i) => !named.has(history.idAt(i)));
  const untimed = whyUntimed(record);
  if (missing.length > 0 && untimed !== null) return notKnown(untimed);
  for (const side of givenUp(record, facts)) {
    const lastMs = lastReading(lines, side);
    const late = missing.filter((i) => (history.completedMs[i] as number) > lastMs).length;
    if (late > 0)
      return notKnown(`the log of ${side.toUpperCase()} was not read after ${late} of them were acknowledged`);
  }
  return { count: gone.length - missing.length, why: null };
}

/** Sites that were the primary and no longer are: they held what is gone. */
function givenUp({ probes }: RunRecord, { other }: Facts): Set<string> {
  const takeovers = takeoversIn(probes.filter((probe) => probe.type === "primary"));
  return new Set([other, ...takeovers.map(({ from }) => from)]);
}

function lastReading(lines: readonly WalLine[], side: string): number {
  return lines.findLast((line) => line.side === side)?.atMs ?? Number.NEGATIVE_INFINITY;
}

import { describe, expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import type { PrimaryProbe } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { WalLine } from "../model/record/wal.ts";
import { readRecord } from "../record/read-record.ts";
import { judge } from "./judge.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, filesOf, type Parts, recordOf } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

const id = (n: number) => writeId(PLAN.seed, n);
/** A comes back long after the fault. */
const BACK_MS = faultMsOf(PLAN) + 5000;
const reading = { side: "a", of: "own", atMs: BACK_MS, tookMs: 900 } as const;
const named = (numbers: readonly number[], changes: Partial<WalLine> = {}) =>
  ({ ...reading, type: "wal", segments: 4, bytes: 64, writes: numbers.map(id), ...changes }) as WalLine;
const unread: WalLine = { ...reading, type: "unreadable", why: "no such container" };

const GONE = [10, 20, 30];
const lostUnderPatroni = (plan: Partial<Plan> = {}) => underPatroni(fakeParts({ lost: GONE, ...plan }));
const measured = (record: RunRecord) => judge(record).measures.savable;
const savable = (wal: WalLine[], plan: Partial<Plan> = {}, changes: Partial<Parts> = {}) =>
  measured(recordOf({ ...lostUnderPatroni(plan), wal, ...changes }));
const inLog = (...wal: WalLine[]) => savable(wal).inLog;

test("counts the gone writes that the log of the lost site named when it came back", () => {
  expect(savable([named([10, 30, 31])])).toEqual({ gone: 3, inLog: { count: 2, why: null }, inArchive: null });
  expect(inLog(named([]))).toEqual({ count: 0, why: null });
  expect(inLog(named([...GONE, 40]))).toEqual({ count: 3, why: null });
  // A site may come back more than once.
  expect(inLog(named([10]), named([20, 10], { atMs: BACK_MS + 900 }))).toEqual({ count: 2, why: null });
});

test("is not measured if the operator saves what is stranded", () => {
  const record = recordOf({ ...fakeParts({ lost: GONE }), wal: [named(GONE)] });
  expect(measured(record)).toMatchObject({
    gone: null,
    inLog: { count: null, why: expect.stringContaining("under Patroni only") },
    inArchive: null,
  });
});

test("stranded writes are not gone, and without gone writes there is nothing to save", () => {
  expect(savable([named([10, 20])], { stranded: [10] })).toMatchObject({ gone: 2, inLog: { count: 1 } });
  expect(savable([], { stranded: GONE })).toMatchObject({ gone: 0, inLog: { count: 0, why: null } });
});

test("it excuses nothing", () => {
  const strict = { objectives: { ...PLAN.objectives, lostWrites: 2 } };
  for (const wal of [[], [named(GONE)], [unread]]) {
    const { verdict, checks } = judge(recordOf({ ...lostUnderPatroni(strict), wal }));
    expect(verdict).toBe("broken");
    expect(checks).toEqual(judge(recordOf(lostUnderPatroni(strict))).checks);
  }
});

/** A serves at the end, and holds what B held. */
const turned = ({ audit }: Parts) =>
  audit.map((line) => ({ ...line, side: line.side === "a" ? "b" : "a" }) as typeof line);

describe("it is not known, and never 0,", () => {
  test("if no log was read, or one could not be", () => {
    expect(inLog()).toEqual({ count: null, why: "no log was read before a site came back" });
    const why = "the log of A could not be read: no such container";
    expect(inLog(unread)).toEqual({ count: null, why });
    expect(inLog(named(GONE), unread)).toEqual({ count: null, why });
  });

  test("if it was read before the write was acknowledged, or only the other site's was", () => {
    const early = { atMs: 0 };
    expect(inLog(named([10], early)).why).toBe("the log of A was not read after 2 of them were acknowledged");
    expect(inLog(named([10], { side: "b" })).why).toBe("the log of A was not read after 2 of them were acknowledged");
    // A write that it named counts all the same.
    expect(inLog(named(GONE, early))).toEqual({ count: 3, why: null });
  });

  test("if no takeover was seen, and the log of the site that does not serve was not read", () => {
    const parts = lostUnderPatroni();
    const probes = parts.probes.filter(({ type }) => type !== "primary");
    const why = "the log of B was not read after 2 of them were acknowledged";
    expect(savable([named([10])], {}, { probes, audit: turned(parts) }).inLog.why).toBe(why);
  });

  test("if B was given up as well, and its log was not read", () => {
    const parts = lostUnderPatroni();
    const last = parts.probes.findLast((probe) => probe.type === "primary" && probe.side === "b");
    if (last?.type !== "primary") throw new Error("B was never asked");
    const again: PrimaryProbe = {
      ...last,
      ...{ side: "a", sentMs: last.doneMs + 1, doneMs: last.doneMs + 2 },
      ...{ server: { role: "primary", state: "running", timeline: 3 }, lock: { holder: "a" } },
    };
    const record = (wal: WalLine[]) =>
      recordOf({ ...parts, audit: turned(parts), probes: [...parts.probes, again], wal });
    const ofB = named([], { side: "b" });
    expect(measured(record([named([10])])).inLog.why).toBe(
      "the log of B was not read after 2 of them were acknowledged",
    );
    expect(measured(record([named([10]), ofB])).inLog).toEqual({ count: 1, why: null });
    expect(measured(record([ofB])).inLog.why).toBe("the log of A was not read after 3 of them were acknowledged");
  });

  test("if the times of acknowledgements are not known, unless all writes were named", () => {
    const run = { ...lostUnderPatroni().run, clock: null };
    expect(savable([named([10])], {}, { run }).inLog.why).toMatch(/^k6's clock was never mapped/);
    expect(savable([named(GONE)], {}, { run }).inLog).toEqual({ count: 3, why: null });
  });

  test("if it is not known what is gone", () => {
    const audit = lostUnderPatroni().audit.filter((line) => line.type !== "rows-end" || line.side === "b");
    const why = "what A holds is not known";
    expect(savable([named(GONE)], {}, { audit })).toEqual({ gone: null, inLog: { count: null, why }, inArchive: null });
    const { patroni } = archiving();
    const run = { ...lostUnderPatroni().run, config: { ...lostUnderPatroni().run.config, patroni } };
    expect(savable([], {}, { audit, run }).inArchive).toEqual({ count: null, why });
  });
});

function archiving() {
  const { config } = lostUnderPatroni().run;
  if (config.patroni === null) throw new Error("Patroni is not in it");
  return { ...config, patroni: { ...config.patroni, archive: true } };
}

test("writes still in the archive are counted separately, if there is one", () => {
  const run = { ...lostUnderPatroni().run, config: archiving() };
  const inArchive = named([20], { of: "archive", atMs: BACK_MS + 60_000 });
  expect(savable([named(GONE), inArchive], {}, { run })).toEqual({
    gone: 3,
    inLog: { count: 3, why: null },
    inArchive: { count: 1, why: null },
  });
  expect(savable([named(GONE)], {}, { run }).inArchive).toEqual({ count: null, why: "no archive was read" });
  expect(savable([inArchive], {}, { run }).inLog.why).toBe("no log was read before a site came back");
});

test("it is read from the record's files, and a damaged line is counted", () => {
  const files = filesOf({ ...lostUnderPatroni(), wal: [named([10])] });
  expect(measured(readRecord(files)).inLog).toEqual({ count: 1, why: null });
  const { wal: _, ...older } = files;
  expect(readRecord(older).wal).toEqual([]);
  const wrong = files.wal.replace('"writes"', '"wrote"');
  expect(readRecord({ ...files, wal: wrong })).toMatchObject({ wal: [], legibility: { wal: { unreadableCount: 1 } } });
  const never = files.wal.replace(`${BACK_MS}`, `1${BACK_MS}000000000`);
  expect(readRecord({ ...files, wal: never }).legibility.wal.unreadable[0]).toMatch(/its atMs is at no time/);
});

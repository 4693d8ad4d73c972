/**
 * Real runs with one small edit in their record: a line deleted, doubled or moved, a file truncated, a number changed.
 * Edits that matter are noticed; a run that did not hold never holds because of one; and in a sealed record every edit
 * is noticed.
 *
 * Without a seal, edits of facts that the record has only once cannot be noticed: the objectives, the name of a
 * configuration, which fault is the disaster. Edits that nothing notices do not matter: a note for people, a sample
 * among many.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gatherFacts } from "../../harness/check/facts.ts";
import { judge } from "../../harness/check/judge.ts";
import { lostWrites } from "../../harness/check/lost-writes.ts";
import { rto } from "../../harness/check/rto.ts";
import { worthJudging } from "../../harness/check/worth-judging.ts";
import type { LedgerLine } from "../../harness/model/load/ledger.ts";
import { CAPABILITY_NAMES } from "../../harness/model/plan/capability.ts";
import type { RunRecord } from "../../harness/model/record/record.ts";
import type { Run } from "../../harness/model/record/run.ts";
import { brokenSeals, Marked, RECORD_FILES, type RecordFile, sealOf } from "../../harness/model/record/seal.ts";
import { type RunFiles, readRecord } from "../../harness/record/read-record.ts";
import { cutOff, deleted, doubled, type Edit, linesOf, quoted, renumbered, rerun, swapped } from "./edits.ts";
import { goldenNames, readGolden } from "./read-golden.ts";

type Files = Record<RecordFile, string>;

/**
 * About how many edits of a file of thousands of lines are tried; in a night of thousands of properties,
 * correspondingly more.
 */
const oneIn = (lines: readonly string[], many: number) =>
  Math.ceil(lines.length / ((many * (fc.readConfigureGlobal()?.numRuns ?? 100)) / 100));

function golden(name: string): Files {
  return {
    returned: "",
    stranded: "",
    wal: "",
    ...(readGolden(name).files as Partial<Files>),
    seal: undefined,
  } as Files;
}
const ofSample = (name: string) => readFileSync(new URL(`../../results/sample/${name}`, import.meta.url), "utf8");
/** Runs that are older than these files. */
const NONE_OF_SAMPLE = { wal: "", bulkExport: "", devices: "", bridges: "", held: "", vault: "" };
const ofNames = Object.fromEntries(
  Object.entries(RECORD_FILES).flatMap(([file, name]) => (file in NONE_OF_SAMPLE ? [] : [[file, ofSample(name)]])),
);
const sample = { ...ofNames, ...NONE_OF_SAMPLE } as Files;
/** Except the one that was audited twice. */
const ALL = [
  ...goldenNames()
    .filter((name) => name !== "self-test-seeded")
    .map((name): [string, Files] => [name, golden(name)]),
  ["sample", sample] as [string, Files],
];
/** For these runs the large files are edited as well, which takes time. */
const FIRST = ["self-test", "region-loss-after-partition", "replication-partition", "sample"];

/** The record with one of its two small files replaced: the large ones are read once. */
function withPart(whole: RunRecord, { run }: Files, file: "events" | "probes", text: string): RunRecord {
  const read = readRecord({ run, ledger: "", events: "", probes: "", audit: "", [file]: text });
  return { ...whole, [file]: read[file], legibility: { ...whole.legibility, [file]: read.legibility[file] } };
}

const reasonsOf = (record: RunRecord) =>
  JSON.stringify(judge(record).checks.map(({ verdict, reason }) => [verdict, reason]));
const isWorthJudging = (record: RunRecord) => worthJudging.check(record, gatherFacts(record)).verdict === "holds";

/** The number of edits, and those that changed no check's verdict or reason. */
function unnoticed(edits: Iterable<Edit>, recordOf: (text: string) => RunRecord, reasons: string): [number, string[]] {
  const missed: string[] = [];
  let tried = 0;
  for (const { what, text } of edits) {
    tried += 1;
    const record = recordOf(text);
    if (isWorthJudging(record) && reasonsOf(record) === reasons) missed.push(what);
  }
  return [tried, missed];
}

/** The edits that make it hold. An unreadable record is refused, so it does not hold. */
function holding(edits: Iterable<Edit>, recordOf: (text: string) => RunRecord): [number, string[]] {
  const held: string[] = [];
  let tried = 0;
  for (const { what, text } of edits) {
    tried += 1;
    const record = readOrRefused(() => recordOf(text));
    if (record === null || isBroken(record) || !isWorthJudging(record)) continue;
    if (judge(record).verdict === "holds") held.push(what);
  }
  return [tried, held];
}

function readOrRefused(read: () => RunRecord): RunRecord | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** By one of the first checks; the others could only make it worse. */
function isBroken(record: RunRecord): boolean {
  const facts = gatherFacts(record);
  return [lostWrites, rto].some((checker) => checker.check(record, facts).verdict === "broken");
}

function* all(...many: Iterable<Edit>[]): Generator<Edit> {
  for (const edits of many) yield* edits;
}

describe.each(ALL)("of %s, which is worth judging,", (_, files) => {
  // As if the seal were intact, so that only the lines can show an edit.
  const whole = { ...readRecord(files), brokenSeals: [] };
  const reasons = reasonsOf(whole);
  const events = (text: string) => withPart(whole, files, "events", text);
  const lines = linesOf(files.events);
  /** The last line that is not just information for people, as the last lines of a drill are. */
  const told = lines.findLastIndex((line) => !/"type":"(note|container)"/.test(line));

  test("every deleted, doubled or moved event is noticed, and so is a truncated file of events", () => {
    expect(isWorthJudging(whole)).toBe(true);
    const edits = all(deleted(lines), cutOff(lines), doubled(lines), swapped(lines));
    const [tried, missed] = unnoticed(edits, events, reasons);
    expect(tried).toBeGreaterThanOrEqual(4 * lines.length - 1);
    const isOnlyTold = (what: string) =>
      /^line \d+ deleted: .*"type":"(note|container)"/.test(what) ||
      Number(/^cut off before line (\d+)$/.exec(what)?.[1]) > told + 1;
    expect(missed.filter((what) => !isOnlyTold(what))).toEqual([]);
  });

  test("a time of an event that is changed by more than some milliseconds is noticed, except of notes and of events before the baseline", () => {
    const edits = [...renumbered(lines)].filter(({ what }) => {
      const [, line, from, to] = /^line (\d+): (\S+) made (\S+):/.exec(what) as unknown as [
        string,
        string,
        string,
        string,
      ];
      const isTime = what.includes(`"atMs":${to}`) && !/"type":"(note|container)"|"(seed|warm-up)"/.test(what);
      // The last phase may begin at any time after the previous one.
      return isTime && Number(line) <= told && Math.abs(Number(to) - Number(from)) > 10;
    });
    const [tried, missed] = unnoticed(edits, events, reasons);
    expect(tried).toBeGreaterThan(lines.length);
    expect(missed).toEqual([]);
  });

  test("a number of an event that becomes a string is noticed, except in the details of a fault's evidence", () => {
    const [tried, missed] = unnoticed(quoted(lines), events, reasons);
    expect(tried).toBeGreaterThan(lines.length);
    const isEvidence = (what: string) => /"type":"fault".*"detail":\{.*"\w+":\S*"-?[\d.]+"/.test(what);
    const isJudged = (what: string) => /"(atMs|fault|looks|longestUnseenMs|lastSeenMs|orderedMs)":"/.test(what);
    expect(missed.filter((what) => isJudged(what) || !isEvidence(what))).toEqual([]);
  });
});

describe.each(ALL.filter(([name]) => FIRST.includes(name)))("of %s, which is worth judging,", (name, files) => {
  const whole = readRecord(files);
  const reasons = reasonsOf(whole);

  test("a doubled sample is noticed, and so is a truncated file of samples", () => {
    const probes = linesOf(files.probes);
    const every = oneIn(probes, 60);
    const edits = all(doubled(probes, every), cutOff(probes.slice(0, -Math.ceil(probes.length / 10)), every));
    const [tried, missed] = unnoticed(edits, (text) => withPart(whole, files, "probes", text), reasons);
    expect(tried).toBeGreaterThan(100);
    expect(missed).toEqual([]);
  });

  test.each([5000, -5000, 1500, -1500])("a clock of k6 that is off by %d ms is noticed", (byMs) => {
    const run = JSON.parse(files.run);
    run.clock.offsetMs += byMs;
    expect(isWorthJudging(readRecord({ ...files, run: JSON.stringify(run) }))).toBe(false);
  });

  test.each([3000, -3000, 1000, -1000])("and so is one that was set by %d ms during the run", (byMs) => {
    const run = JSON.parse(files.run);
    const [began] = whole.events.filter((event) => event.type === "fault" && event.state === "evidenced");
    const fromMs = run.clock.offsetMs + (began?.atMs ?? 0) + 500;
    const set = (time: string) => (Number(time) < fromMs ? time : String(Number(time) + byMs));
    const ledger = files.ledger.replaceAll(/(?<=pochMs":)\d+/g, set);
    expect(ledger).not.toBe(files.ledger);
    expect(isWorthJudging(readRecord({ ...files, ledger }))).toBe(false);
  });

  test("missing last writes are noticed, although their rows are deleted, too, and the count is adjusted", () => {
    const ends = whole.history.length - 3;
    const gone = new Set(Array.from({ length: 3 }, (_, i) => whole.history.idAt(ends + i)));
    const run = JSON.parse(files.run);
    run.k6.iterations -= 3;
    const without = (text: string) => {
      const kept = linesOf(text).filter((line) => !gone.has((JSON.parse(line) as { write: string }).write));
      const rows = (side: string) => kept.filter((line) => line.includes(`"type":"row","side":"${side}"`)).length;
      const told = (line: string) => {
        const { side } = JSON.parse(line) as { side: string };
        return line.includes('"rows-end"') ? line.replace(/"rows":\d+/, `"rows":${rows(side)}`) : line;
      };
      return kept.map(told).join("");
    };
    const edited = { ...files, run: JSON.stringify(run), ledger: without(files.ledger), audit: without(files.audit) };
    const { evidence = [] } = worthJudging.check(readRecord(edited), gatherFacts(readRecord(edited)));
    // The count of an older load that began slowly is not known.
    const isSlow = name === "sample";
    expect(evidence.filter((reason) => /the ledger has \d+ writes/.test(reason))).toHaveLength(isSlow ? 0 : 1);
  });

  test("a deleted or doubled line of the ledger is noticed", () => {
    const ledger = linesOf(files.ledger);
    const told = Map.groupBy(ledger, (line) => (JSON.parse(line) as { write: string }).write);
    for (const [write, own] of told) {
      const types = own.map((line) => (JSON.parse(line) as { type: string }).type);
      const isUpdate = own.some((line) => line.includes('"kind":"update"'));
      expect([write, types.toSorted()]).toEqual([
        write,
        isUpdate ? ["complete", "invoke", "read"] : ["complete", "invoke"],
      ]);
    }
    const every = oneIn(ledger, 8);
    const edits = all(deleted(ledger, every), doubled(ledger, every), cutOff(ledger, every));
    const read = (text: string) => readRecord({ ...files, ledger: text });
    // An update whose read failed was never sent, so its read does not matter.
    const [, missed] = unnoticed(edits, read, reasons);
    expect(missed.filter((what) => !/"type":"read".*"status":0/.test(what))).toEqual([]);
  });

  test.each(["audit", "returned"] as const)(
    "a line of the file of %s that is deleted, doubled or moved is noticed",
    (file) => {
      const held = linesOf(files[file]);
      const every = oneIn(held, 8);
      const isRow = (line = "") => line.includes('"type":"row"');
      // An API is read concurrently, so its answers come in any order.
      const moved = [...swapped(held, every)].filter((_, i) => isRow(held[i * every]) || isRow(held[i * every + 1]));
      const edits = all(deleted(held, every), doubled(held, every), cutOff(held, every), moved);
      expect(unnoticed(edits, (text) => readRecord({ ...files, [file]: text }), reasons)[1]).toEqual([]);
    },
  );
});

type SharedFiles = Files & { otherLedgers?: { "k6-2": string } };

/** As a present generator would have written it; with two runners, their writes alternate, each in its own ledger. */
function withRunners(files: Files, runners: readonly string[]): SharedFiles {
  const of = JSON.parse(files.run) as Run;
  const numberOf = (line: string) => Number(/"write":"w\w+-(\d+)"/.exec(line)?.[1]);
  const timeOf = (line: string) => (JSON.parse(line) as LedgerLine).epochMs;
  const lines = linesOf(files.ledger);
  const ledgers = runners.map((r, i) => {
    const own = lines.filter((line) => numberOf(line) % runners.length === i);
    const named = own.map((line) => line.replace(/\}\n$/, `,"r":"${r}"}\n`));
    if (runners.length === 1) return named.join("");
    // Each begins with the first line of all, and ends a second after its last one.
    const [began, ended] = [timeOf(lines[0] as string), timeOf(own.at(-1) as string) + 1000];
    const mark = (type: string, epochMs: number) => `${JSON.stringify({ type, epochMs, r })}\n`;
    return [mark("begin", began), ...named, mark("end", ended)].join("");
  });
  const invokesIn = (text = "") => linesOf(text).filter((line) => line.includes('"type":"invoke"')).length;
  const seenAt = (line = "") => timeOf(line) - (of.clock?.offsetMs ?? 0);
  const byRunner = runners.map((runner, i) => ({
    // The drill reads a line when it is written, and the end when all are.
    ...{ fromMs: seenAt(lines[0]), toMs: seenAt(lines.at(-1)) + 1000 },
    ...{ runner, iterations: invokesIn(ledgers[i]), droppedIterations: 0, exitCode: 0 },
    clock: of.clock,
  }));
  const several = runners.length > 1 ? { byRunner } : {};
  const run = { ...of, record: 3, runners, capabilities: CAPABILITY_NAMES, ...several };
  const [ledger = "", other] = ledgers;
  const others = other === undefined ? {} : { otherLedgers: { "k6-2": other } };
  // The other runner's container is sampled as often as the first one's, and is idle: only one was measured.
  const looks = linesOf(files.probes).flatMap((line) =>
    line.includes('"part":"k6"') && other !== undefined
      ? [line, line.replace('"part":"k6"', '"part":"k6-2"').replace(/"cpuSeconds":[\d.]+/, '"cpuSeconds":0')]
      : [line],
  );
  return { ...files, run: JSON.stringify(run, null, 2), ledger, probes: looks.join(""), ...others };
}

describe("edits of the runners of a record", () => {
  const older = golden("region-loss");
  const one = withRunners(older, ["k6-1"]);
  const reasons = reasonsOf({ ...readRecord(one), brokenSeals: [] });
  const read = (files: Files) => ({ ...readRecord(files), brokenSeals: [] });

  test("without an edit, the verdict does not change", () => {
    const was = readRecord(older);
    const is = read(one);
    expect(isWorthJudging(is)).toBe(true);
    expect(reasons).toBe(reasonsOf({ ...was, brokenSeals: [] }));
    expect([...is.history]).toEqual([...was.history].map((op) => ({ ...op, runner: "k6-1" })));
    expect(new Set([...was.history].map(({ runner }) => runner))).toEqual(new Set(["k6"]));
    const two = read(withRunners(older, ["k6-1", "k6-2"]));
    expect([isWorthJudging(two), reasonsOf(two)]).toEqual([true, reasons]);
    expect(new Set([...two.history].map(({ runner }) => runner))).toEqual(new Set(["k6-1", "k6-2"]));
  });

  test.each([
    ["one", ["k6-1"]],
    ["two", ["k6-1", "k6-2"]],
  ])("a line of one of %s is another's, nobody's, or of another form", (_, runners) => {
    const files = withRunners(older, runners);
    const lines = linesOf(files.ledger);
    const every = oneIn(lines, 6);
    // Most edits of a line do not depend on the other runner, and are tried once.
    const seen = new Set([files.ledger]);
    for (const other of new Set(["k6-9", ...runners])) {
      const own = `"r":"${other}"`;
      const edits = [...rerun(lines, other, every)].filter(({ text }) => !seen.has(text) && seen.add(text));
      const [, missed] = unnoticed(edits, (text) => read({ ...files, ledger: text }), reasons);
      // An equal duplicate changes nothing.
      expect(missed.filter((what) => !what.includes(`${own},${own}`))).toEqual([]);
    }
    expect(seen.size).toBeGreaterThan(60);
  });

  test.each(["ledger", "k6-2"] as const)(
    "a line of two ledgers is gone, there twice, or in the other: of %s",
    (which) => {
      const files = withRunners(older, ["k6-1", "k6-2"]);
      const text = which === "ledger" ? files.ledger : (files.otherLedgers?.["k6-2"] ?? "");
      const withText = (changed: string): SharedFiles =>
        which === "ledger" ? { ...files, ledger: changed } : { ...files, otherLedgers: { "k6-2": changed } };
      const lines = linesOf(text);
      const every = oneIn(lines, 6);
      const ends = [lines.slice(1), lines.slice(0, -1)].map((left, i) => ({ what: `end ${i}`, text: left.join("") }));
      const edits = all(ends, deleted(lines, every), doubled(lines, every), cutOff(lines, every));
      const [tried, missed] = unnoticed(edits, (changed) => read(withText(changed)), reasons);
      expect(tried).toBeGreaterThan(15);
      expect(missed.filter((what) => !/"type":"read".*"status":0/.test(what))).toEqual([]);
      const moved = { ...files, ledger: files.ledger + files.otherLedgers?.["k6-2"], otherLedgers: { "k6-2": "" } };
      expect(isWorthJudging(read(moved))).toBe(false);
    },
  );

  test.each<[string, unknown]>([
    ["another", ["k6-2"]],
    ["one that wrote nothing", ["k6-1", "k6-2"]],
    ["nobody", []],
    ["nobody knows whom", null],
    ["nothing", undefined],
    ["a word", "k6-1"],
    ["one twice", ["k6-1", "k6-1"]],
  ])("run.json names %s", (_, runners) => {
    const run = JSON.stringify({ ...JSON.parse(one.run), runners });
    const record = readOrRefused(() => read({ ...one, run }));
    expect(record === null || !isWorthJudging(record)).toBe(true);
  });

  test("no runner is named in run.json, nor in any line", () => {
    const run = JSON.stringify({ ...JSON.parse(one.run), runners: undefined });
    const record = read({ ...one, run, ledger: older.ledger });
    expect(record.ledger.unreadableCount).toBe(0);
    expect(isWorthJudging(record)).toBe(false);
  });
});

/**
 * With one acknowledged write that no site holds any more and that was not read; and with an objective of no lost
 * writes.
 */
function withOneLost(files: Files): Files {
  const run = JSON.parse(files.run);
  run.config.objectives.lostWrites = 0;
  const audit = linesOf(files.audit).map((line) => JSON.parse(line));
  const asked = new Set(audit.flatMap(({ type, write }) => (type === "read" || type === "search" ? [write] : [])));
  const isAcknowledged = (write: string) => files.ledger.includes(`"stored":["Patient/${write}/1"]`);
  const { write: gone } = audit.find(({ type, write }) => type === "row" && !asked.has(write) && isAcknowledged(write));
  const kept = audit.filter(({ type, write }) => type !== "row" || write !== gone);
  const rows = (side: string) => kept.filter((line) => line.type === "row" && line.side === side).length;
  const told = kept.map((line) => (line.type === "rows-end" ? { ...line, rows: rows(line.side) } : line));
  return {
    ...files,
    run: JSON.stringify(run, null, 2),
    audit: told.map((line) => `${JSON.stringify(line)}\n`).join(""),
  };
}

/** With an RTO objective that it missed by more than the error of its events' times. */
function withLateRto(files: Files): Files {
  const run = JSON.parse(files.run);
  run.config.objectives.rtoSeconds = (judge(readRecord(files)).measures.rto.seconds as number) - 1;
  return { ...files, run: JSON.stringify(run, null, 2) };
}

/** An inconclusive run: the record of one of its steps is missing. */
function withoutFence(files: Files): Files {
  return { ...files, events: files.events.replace(/.*"step":"fenced".*\n/, "") };
}

const NOT_HOLDING: [string, string, Files][] = [
  ["that lost a write", "broken", withOneLost(golden("self-test"))],
  ["that was too slow", "broken", withLateRto(golden("self-test"))],
  ["of which a step is missing", "inconclusive", withoutFence(golden("self-test"))],
];
/** Facts that a record has only once. */
const ONLY_ONCE = /"(rpoSeconds|rtoSeconds|lostWrites|disaster)"/;

describe.each(NOT_HOLDING)("a run %s does not hold when", (_, word, files) => {
  const whole = readRecord(files);

  test("nothing is edited", () => {
    expect(judge(whole).verdict).toBe(word);
  });

  test.each(["events", "probes"] as const)("its file of %s is edited", (file) => {
    const lines = linesOf(files[file]);
    const every = file === "events" ? 1 : oneIn(lines, 120);
    const edits = all(
      deleted(lines, every),
      doubled(lines, every),
      swapped(lines, every),
      cutOff(lines, every),
      renumbered(lines, { every, inTurn: file === "probes" }),
    );
    const [tried, held] = holding(edits, (text) => withPart(whole, files, file, text));
    expect(tried).toBeGreaterThan((5 * lines.length) / every);
    expect(held).toEqual([]);
  });

  test("its run.json is edited", () => {
    const lines = linesOf(files.run);
    const edits = [...all(deleted(lines), doubled(lines), renumbered(lines, { inTurn: true }))];
    const asked = edits.filter(({ what }) => !ONLY_ONCE.test(what));
    expect(asked.length).toBeGreaterThan(300);
    expect(holding(asked, (text) => readRecord({ ...files, run: text }))[1]).toEqual([]);
  });

  test.each(["ledger", "audit"] as const)("its file of %s is edited", (file) => {
    const lines = linesOf(files[file]);
    const every = oneIn(lines, 15);
    const edits = all(deleted(lines, every), doubled(lines, every), renumbered(lines, { every, inTurn: true }));
    const [tried, held] = holding(edits, (text) => readRecord({ ...files, [file]: text }));
    expect(tried).toBeGreaterThan(50);
    expect(held).toEqual([]);
  });
});

describe("a sealed record", () => {
  /** The sample has none of these. */
  const lineOf: Record<keyof typeof NONE_OF_SAMPLE, (n: number) => object> = {
    wal: (n) => ({ type: "wal", side: "a", of: "own", atMs: n, tookMs: 5, segments: 1, bytes: 16, writes: [`w-${n}`] }),
    bulkExport: (n) => ({
      ...{ type: "poll", sentMs: n, doneMs: n + 1, status: 202 },
      ...{ servedBy: "a", progress: null, retryAfter: null },
    }),
    devices: (n) => ({ type: "sent", device: "d1", seq: n + 1, side: "a", again: false, atMs: n }),
    bridges: (n) => ({ type: "received", device: "d1", seq: n + 1, side: "a", dup: false, epochMs: n }),
    held: (n) => ({
      ...{ type: "held", side: "a", message: `d1:${n}`, resource: `Observation/${n}`, version: 1 },
      ...{ deleted: false, pid: n, updatedMs: n },
    }),
    vault: (n) => ({ type: "given", side: "a", epochMs: n, untilEpochMs: null }),
  };
  const made = Object.entries(lineOf).map(([file, line]) => [
    file,
    Array.from({ length: 40 }, (_, n) => `${JSON.stringify(line(n))}\n`).join(""),
  ]);
  const sealed = { ...sample, ...Object.fromEntries(made), run: sample.run.replace("{", '{\n  "record": 2,') } as Files;
  const seal = sealOf(sealed);
  const marks = Object.fromEntries(Object.entries(seal.files));

  test.each(Object.keys(RECORD_FILES) as RecordFile[])("shows every edit of its file of %s", (file) => {
    const lines = linesOf(sealed[file]);
    const every = oneIn(lines, 30);
    const edits = all(
      deleted(lines, every),
      doubled(lines, every),
      swapped(lines, every),
      cutOff(lines, every),
      renumbered(lines, { every, inTurn: true }),
    );
    let tried = 0;
    for (const { what, text } of edits) {
      if (text === sealed[file]) continue;
      tried += 1;
      const marked = new Marked(text);
      for (const _ of marked);
      expect([what, brokenSeals(seal, { ...marks, [file]: marked.mark } as typeof seal.files)]).toEqual([
        what,
        [expect.stringContaining(`${RECORD_FILES[file]} was changed`)],
      ]);
    }
    expect(tried).toBeGreaterThan(30);
  });

  test("keeps its verdict without an edit", () => {
    expect(readRecord({ ...sealed, seal: JSON.stringify(seal) } satisfies RunFiles).brokenSeals).toEqual([]);
  });
});

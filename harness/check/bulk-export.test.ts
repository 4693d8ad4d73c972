import { describe, expect, test } from "vitest";
import { readRecord } from "../history/read-record.ts";
import { seedOfWarmUp, writeId } from "../model/load/write.ts";
import type { BulkExportLine, LineOf } from "../model/record/bulk-export.ts";
import { bulkExport } from "./bulk-export.ts";
import { gatherFacts, isFirstAct } from "./facts.ts";
import { judge } from "./judge.ts";
import { each, ended, exportParts, RESOURCES } from "./testing/fake-export.ts";
import { fakeRun, filesOf, type Parts, recordOf } from "./testing/fake-run.ts";

type Line<Type extends BulkExportLine["type"]> = LineOf<Type>;

function checked(parts: Parts) {
  const record = recordOf(parts);
  return bulkExport.check(record, gatherFacts(record));
}

/** What is said when its lines are these, counted again. */
const withLines = (change: (lines: BulkExportLine[]) => BulkExportLine[], endMs?: number) => {
  const parts = exportParts(endMs);
  return checked({ ...parts, bulkExport: ended(change(parts.bulkExport)) });
};
const [first] = exportParts().bulkExport.filter((line) => line.type === "resource") as [Line<"resource">];
const actMs = exportParts().events.find(isFirstAct)?.atMs as number;
/** Its files are as long as they are. */
const recounted = (lines: BulkExportLine[]) =>
  each("file", ({ file }) => ({
    lines: lines.filter((line) => line.type === "resource" && line.file === file).length,
  }))(lines);

test("where none was asked for there is nothing to judge", () => {
  const record = fakeRun();
  expect(bulkExport.check(record, gatherFacts(record))).toEqual({
    ...{ verdict: "no-objective", reason: "no bulk export was asked for" },
  });
});

test("one that B finished, with every resource once, holds, and its times are told", () => {
  const { verdict, measures, evidence } = checked(exportParts());
  expect(verdict).toBe("holds");
  const none = { count: 0, resources: [] };
  expect(measures?.bulkExport).toEqual({
    ...{ outcome: "resumed", endedSeconds: 90, pickedUpSeconds: 40.2, files: 2, lines: RESOURCES },
    ...{ missing: none, duplicated: none, foreign: none, altered: none },
  });
  expect(evidence).toEqual([
    "at the first act: IN_PROGRESS in write-to-binaries, its chunks 1 COMPLETED, 1 IN_PROGRESS",
    ...["B took over after 2.43 s", "picked up after 40.2 s", "ended after 90.0 s"],
  ]);
});

test("one that nobody took over is completed", () => {
  const parts = exportParts();
  const events = parts.events.filter((event) => event.type !== "operator" || event.step !== "promoted");
  expect(checked({ ...parts, events })).toMatchObject({
    verdict: "holds",
    reason: "completed: 2 files with 6 lines, each resource from before in them once",
    measures: { bulkExport: { outcome: "completed", pickedUpSeconds: null, files: 2 } },
    evidence: [expect.stringMatching(/^at the first act/), "ended after 90.0 s"],
  });
});

describe("its files are wrong, and it is broken and named, where", () => {
  test.each<[string, (lines: BulkExportLine[]) => BulkExportLine[], "missing" | "duplicated" | "foreign" | "altered"]>([
    ["a resource is missing", each("resource", (line) => (line.resource === first.resource ? null : {})), "missing"],
    ["one is there twice", (lines) => [...lines, first], "duplicated"],
    [
      "one has other content",
      each("resource", (line) => (line === first || line.resource === first.resource ? { content: 1 } : {})),
      "altered",
    ],
  ])("%s", (_, change, what) => {
    const { verdict, measures, evidence } = withLines((lines) => recounted(change(lines)));
    expect(verdict).toBe("broken");
    expect(measures?.bulkExport?.[what]).toEqual({ count: 1, resources: [first.resource] });
    expect(evidence).toContain(`${first.resource}: ${what}`);
  });

  test("a resource is of nobody, or in a version that no site holds", () => {
    const stranger: BulkExportLine = { ...first, resource: "Patient/stranger", write: null };
    const other = each("resource", (line) => (line.resource === first.resource ? { version: 9 } : {}));
    for (const [lines, name] of [
      [(all: BulkExportLine[]) => [...all, stranger], "Patient/stranger"],
      [other, first.resource],
    ] as const) {
      const { verdict, measures } = withLines((all) => recounted(lines(all)));
      expect([verdict, measures?.bulkExport?.foreign.resources]).toEqual(["broken", [name]]);
    }
  });

  test.each([
    [404, "has expired, or was lost"],
    [410, "has expired, or was lost"],
    [500, "cannot be read"],
    [0, "cannot be read"],
  ])("one is answered for with a %d: it %s", (status, what) => {
    const { verdict, reason } = withLines((lines) =>
      each("resource", ({ file }) => (file === 0 ? null : {}))(
        each("file", ({ file }) => (file === 0 ? { status, lines: null } : {}))(lines),
      ),
    );
    expect(verdict).toBe("broken");
    // Nobody knows what was in it, so all of it is missing, and nothing of the other file.
    expect(reason).toBe(
      `it says that it is complete: Binary/0 ${what} (status ${status}); ${RESOURCES / 2} resources are missing`,
    );
  });

  test("one holds something else than resources", () => {
    const damaged = withLines(
      each("file", ({ file, lines }) => (file === 0 ? { lines: (lines ?? 0) + 1, damaged: 1 } : {})),
    );
    expect([damaged.verdict, damaged.reason]).toEqual([
      "broken",
      expect.stringContaining("1 lines of Binary/0 hold no resource"),
    ]);
  });
});

test("a file may be empty", () => {
  const inOne = each("resource", () => ({ file: 0 }));
  expect(withLines((lines) => recounted(inOne(lines))).verdict).toBe("holds");
});

test("what the drill writes beside its load is nobody's loss and no stranger", () => {
  const { seed } = exportParts().run;
  const beside: BulkExportLine[] = [
    { ...first, resource: "Patient/1b671a64-40d5-491e-99b0-da01ff1f3341", write: writeId(seedOfWarmUp(seed), 3) },
    { ...first, resource: "Patient/fhirdrill-standby", write: "fhirdrill-standby" },
  ];
  expect(withLines((lines) => recounted([...lines, ...beside]))).toMatchObject({ verdict: "holds" });
});

test("one that a site has otherwise than the other is right as either of them has it", () => {
  const parts = exportParts();
  const on = (side: "a" | "b") =>
    parts.audit.map((line) =>
      line.type === "row" && line.side === side && line.resource === first.resource ? { ...line, content: 1 } : line,
    );
  for (const side of ["a", "b"] as const)
    expect(checked({ ...parts, audit: on(side) }).measures?.bulkExport?.altered.count).toBe(0);
});

test("where nobody knows what a site holds, its files prove nothing", () => {
  const parts = exportParts();
  const audit = parts.audit.filter(({ type }) => type !== "rows-end");
  expect(checked({ ...parts, audit })).toMatchObject({
    verdict: "inconclusive",
    reason: "what B holds is not known: its audit was not taken, or not to the end",
    evidence: [expect.stringMatching(/^at the first act/), ...Array.from({ length: 3 }, () => expect.any(String))],
  });
});

describe("how it ended:", () => {
  const status = (code: number) => each("poll", ({ doneMs }) => (doneMs >= actMs + 60_000 ? { status: code } : {}));
  const noFiles = (lines: BulkExportLine[]) => lines.filter(({ type }) => type !== "file" && type !== "resource");
  const still = each("job", ({ side, fromMs }) =>
    fromMs > actMs + 40_000 ? null : side === "b" && fromMs > actMs + 2000 ? { toMs: actMs + 600_000 } : {},
  );

  test("nobody worked on it for ten minutes: stuck, and broken", () => {
    const { verdict, reason, measures, evidence } = withLines((lines) => noFiles(still(status(202)(lines))), 600_000);
    expect([verdict, reason]).toEqual(["broken", expect.stringMatching(/^stuck: 600 s after the first act/)]);
    expect(evidence).toEqual([expect.stringMatching(/^at the first act/), "B took over after 2.43 s"]);
    const unknown = { count: null, resources: [] };
    expect(measures?.bulkExport).toEqual({
      ...{ outcome: "stuck", endedSeconds: null, pickedUpSeconds: null, files: null, lines: null },
      ...{ missing: unknown, duplicated: unknown, foreign: unknown, altered: unknown },
    });
  });

  test("seen in the same state again, after its database was not heard for a moment, it is stuck all the same", () => {
    const again = (lines: BulkExportLine[]) =>
      lines.flatMap((line) =>
        line.type === "job" && line.side === "b" && line.fromMs > actMs + 2000
          ? [
              { ...line, toMs: line.fromMs + 5000 },
              { ...line, fromMs: line.fromMs + 6000 },
            ]
          : [line],
      );
    const { verdict, measures } = withLines((lines) => noFiles(again(still(status(202)(lines)))), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["broken", "stuck"]);
  });

  test("its job was not seen to the end, so that nobody knows whether somebody worked on it", () => {
    const blind = each("job", ({ side }) => (side === "b" ? { toMs: actMs + 50_000 } : {}));
    const { verdict, measures } = withLines((lines) => noFiles(blind(still(status(202)(lines)))), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", null]);
  });

  test("not waited for as long as was promised, it proves nothing", () => {
    const parts = exportParts(120_000);
    const lines = ended(noFiles(still(status(202)(parts.bulkExport))));
    const scenario = { ...parts.run.scenario, bulkExport: { level: "patient", waitSeconds: 120 } } as const;
    const { verdict, measures } = checked({ ...parts, bulkExport: lines, run: { ...parts.run, scenario } });
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", "stuck"]);
  });

  test("somebody worked on it, and it was not done", () => {
    const { verdict, reason, measures } = withLines((lines) => noFiles(status(202)(lines)), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", "unfinished"]);
    expect(reason).toBe("it still ran 600 s after the first act, and somebody worked on it");
  });

  test.each([404, 410, 500])("its client was told so by a %d", (code) => {
    const { verdict, measures } = withLines((lines) => noFiles(status(code)(lines)));
    expect([verdict, measures?.bulkExport?.outcome, measures?.bulkExport?.endedSeconds]).toEqual(["holds", "told", 90]);
  });

  test("told of one that was not writing its files at the first act proves nothing", () => {
    const elsewhere = each("job", ({ side }) => (side === "a" ? { step: null, chunks: {} } : {}));
    const { verdict, reason } = withLines((lines) => noFiles(elsewhere(status(404)(lines))));
    expect([verdict, reason]).toEqual([
      "inconclusive",
      "it was not writing its files at the first act: IN_PROGRESS in no step",
    ]);
  });

  test("an error that its client got once is no answer", () => {
    const once = each("poll", ({ doneMs }) => ({ status: doneMs > actMs + 599_000 ? 500 : 202 }));
    const { verdict, reason, measures } = withLines((lines) => noFiles(once(lines)), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", "unreachable"]);
    expect(reason).toBe("nobody answered its client in the end");
  });

  test.each([0, 502])("with %d nobody answered in the end", (code) => {
    const { verdict, measures } = withLines((lines) => noFiles(status(code)(lines)), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", "unreachable"]);
  });

  test("its client stopped asking before its time", () => {
    const { verdict, measures } = withLines((lines) => noFiles(status(202)(lines)), 300_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", null]);
  });

  test("picked up later than was promised, it is broken", () => {
    const pickedUpAt = (ms: number) =>
      withLines(
        each("job", ({ fromMs }) => (fromMs > actMs + 40_000 ? { fromMs: actMs + ms } : {})),
        700_000,
      );
    const { verdict, reason } = pickedUpAt(601_000);
    expect([verdict, reason]).toEqual(["broken", "it says that it is complete: it was picked up after 601.0 s"]);
    expect(pickedUpAt(600_000).verdict).toBe("holds");
  });

  test("picked up when nobody saw it, it is right only where it ended in time", () => {
    const unseen = (endMs: number, gone: (line: Line<"job">) => boolean) => {
      const { verdict, reason } = withLines(
        each("job", (line) => (line.side === "b" && gone(line) ? null : {})),
        endMs,
      );
      return [verdict, reason];
    };
    const late = ["inconclusive", "it ended after 900.0 s, and nobody saw when it was picked up"];
    expect(unseen(900_000, () => true)).toEqual(late);
    expect(unseen(900_000, ({ fromMs }) => fromMs > actMs)).toEqual(late);
    expect(unseen(600_000, () => true)[0]).toBe("holds");
    expect(unseen(600_001, () => true)[0]).toBe("inconclusive");
  });
});

describe("it was not where the scenario wants it, and proves nothing, where at the first act", () => {
  test.each<[string, (line: Line<"job">) => object | null]>([
    ["it was at another step", () => ({ step: "fetch-resources" })],
    ["all its files were written", () => ({ chunks: { COMPLETED: 2 } })],
    ["nobody had seen it for a second", () => ({ toMs: actMs - 1001 })],
    ["nobody had seen it at all", () => null],
  ])("%s", (_, change) => {
    const { verdict, reason } = withLines(each("job", (line) => (line.side === "a" ? change(line) : {})));
    expect([verdict, reason]).toEqual(["inconclusive", expect.stringMatching(/^it was not writing its files/)]);
  });

  test("and what its files lack is lost all the same", () => {
    const without = each("resource", (line) => (line.resource === first.resource ? null : {}));
    const { verdict } = withLines((lines) => each("job", () => ({ step: null }))(recounted(without(lines))));
    expect(verdict).toBe("broken");
  });
});

describe("its record", () => {
  test("is not whole without any one of its lines, whichever that is", () => {
    const parts = exportParts();
    for (const gone of parts.bulkExport) {
      const { verdict } = checked({ ...parts, bulkExport: parts.bulkExport.filter((line) => line !== gone) });
      expect([gone.type, verdict]).toEqual([gone.type, "inconclusive"]);
    }
  });

  test("is not whole with two beginnings or two ends", () => {
    const parts = exportParts();
    for (const type of ["kick-off", "end"] as const) {
      const bulkExport = parts.bulkExport.flatMap((line) => (line.type === type ? [line, line] : [line]));
      expect(checked({ ...parts, bulkExport }).reason).toBe(
        "what happened to it was not recorded from its beginning to its end",
      );
    }
  });

  test("is not whole where its client did not ask for half a minute", () => {
    const gap = (ms: number) =>
      withLines(each("poll", ({ doneMs }) => (doneMs > actMs + 1 && doneMs < actMs + ms ? null : {})));
    expect(gap(30_000).verdict).toBe("holds");
    expect(gap(30_001)).toEqual({
      verdict: "inconclusive",
      reason: "its client did not ask all the time how far it was",
    });
    expect(withLines(each("poll", ({ status }) => (status === 202 ? null : {}))).verdict).toBe("inconclusive");
  });

  test("has its lines in order of time", () => {
    const files = filesOf(exportParts());
    const lines = files.bulkExport.match(/[^\n]*\n/g) as string[];
    const unreadable = (edited: string[]) =>
      readRecord({ ...files, bulkExport: edited.join("") }).legibility.bulkExport.unreadable;
    const swapped = (i: number) => lines.with(i, lines[i + 1] as string).with(i + 1, lines[i] as string);
    const place = (text: string) => lines.findIndex((line) => line.includes(text));
    expect(unreadable(lines)).toEqual([]);
    expect(unreadable(swapped(place('"poll"') + 3)).join()).toMatch(/earlier than the poll before it/);
    const onB = lines.findLastIndex((line) => line.includes('"job"')) - 1;
    expect(unreadable(swapped(onB)).join()).toMatch(/earlier than the state on B before it/);
    expect(unreadable(swapped(lines.length - 2)).join()).toMatch(/the export had ended before it/);
  });

  test("says how much of it is not there", () => {
    const parts = exportParts();
    const polls = parts.bulkExport.filter(({ type }) => type === "poll").length;
    const without = (gone: BulkExportLine["type"]) => {
      const [line] = parts.bulkExport.filter(({ type }) => type === gone);
      return checked({ ...parts, bulkExport: parts.bulkExport.filter((each) => each !== line) }).reason;
    };
    expect(without("poll")).toBe(`its record is not whole: ${polls - 1} and not ${polls} polls`);
    expect(without("job")).toBe("its record is not whole: 3 and not 4 jobs");
    expect(without("file")).toBe("its record is not whole: 1 and not 2 files");
    expect(without("resource")).toBe("its record is not whole: 5 and not 6 resources, 2 and not 3 lines of Binary/0");
  });

  test("of which nothing happened to the system tells nothing", () => {
    const parts = exportParts();
    const events = parts.events.filter((event) => !isFirstAct(event));
    expect(checked({ ...parts, events })).toEqual({
      verdict: "inconclusive",
      reason: "nothing happened to it that was recorded",
    });
  });

  test("is not whole without files that its list has", () => {
    const parts = exportParts();
    const lines = parts.bulkExport.map((line) => (line.type === "end" ? { ...line, listed: 3 } : line));
    expect(checked({ ...parts, bulkExport: lines }).verdict).toBe("inconclusive");
  });

  test("is read from its file, and there is none in older runs", () => {
    const parts = exportParts();
    const files = filesOf(parts);
    expect(readRecord(files).bulkExport).toEqual(parts.bulkExport);
    const { bulkExport: _, ...older } = files;
    expect(readRecord(older).bulkExport).toEqual([]);
    const wrong = files.bulkExport.replace('"kick-off"', '"kicked"');
    expect(readRecord({ ...files, bulkExport: wrong }).legibility.bulkExport.unreadableCount).toBe(1);
    const never = files.bulkExport.replace(`"toMs":${actMs - 100}`, '"toMs":1e15');
    expect(readRecord({ ...files, bulkExport: never }).legibility.bulkExport.unreadable[0]).toMatch(
      /its toMs is at no time/,
    );
  });

  test("is judged with everything else", () => {
    const { verdict, measures, checks } = judge(recordOf(exportParts()));
    expect([verdict, measures.bulkExport.outcome]).toEqual(["holds", "resumed"]);
    expect(checks).toContainEqual(expect.objectContaining({ name: "bulk-export", verdict: "holds" }));
  });
});

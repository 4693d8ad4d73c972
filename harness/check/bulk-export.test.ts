import { describe, expect, test } from "vitest";
import { fingerprint } from "../model/load/content.ts";
import { STANDBY } from "../model/load/standby.ts";
import { kindOfWrite, planWrite, seedOfWarmUp, type WriteKind, writeId } from "../model/load/write.ts";
import type { AuditRow } from "../model/record/audit.ts";
import type { BulkExportLine, LineOf } from "../model/record/bulk-export.ts";
import type { OperatorEvent } from "../model/record/event.ts";
import { readRecord } from "../record/read-record.ts";
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

/** The finding for these lines, counted again. */
const withLines = (change: (lines: BulkExportLine[]) => BulkExportLine[], endMs?: number) => {
  const parts = exportParts(endMs);
  return checked({ ...parts, bulkExport: ended(change(parts.bulkExport)) });
};
const [first] = exportParts().bulkExport.filter((line) => line.type === "resource") as [Line<"resource">];
const actMs = exportParts().events.find(isFirstAct)?.atMs as number;
/** The lines with each file's count matching its content. */
const recounted = (lines: BulkExportLine[]) =>
  each("file", ({ file }) => ({
    lines: lines.filter((line) => line.type === "resource" && line.file === file).length,
  }))(lines);

const noFiles = (lines: BulkExportLine[]) => lines.filter(({ type }) => type !== "file" && type !== "resource");

test("no objective if none was requested", () => {
  const record = fakeRun();
  expect(bulkExport.check(record, gatherFacts(record))).toEqual({
    ...{ verdict: "no-objective", reason: "no bulk export was requested" },
  });
});

test("one that B finished, with every resource once, holds, and its times are reported", () => {
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

test("one without a takeover is completed", () => {
  const parts = exportParts();
  const events = parts.events.filter((event) => event.type !== "operator" || event.step !== "promoted");
  expect(checked({ ...parts, events })).toMatchObject({
    verdict: "holds",
    reason: "completed: 2 files with 6 lines, each resource from before the export once",
    measures: { bulkExport: { outcome: "completed", pickedUpSeconds: null, files: 2 } },
    evidence: [expect.stringMatching(/^at the first act/), "ended after 90.0 s"],
  });
});

describe("it is broken, and the resource is named, if in its files", () => {
  test.each<[string, (lines: BulkExportLine[]) => BulkExportLine[], "missing" | "duplicated" | "foreign" | "altered"]>([
    ["a resource is missing", each("resource", (line) => (line.resource === first.resource ? null : {})), "missing"],
    ["one exists twice", (lines) => [...lines, first], "duplicated"],
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

  test("a resource is unknown, or in a version that no site holds", () => {
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
    // The content of that file is not known, so all of it is missing, and nothing of the other file.
    expect(reason).toBe(
      `it is reported as complete: Binary/0 ${what} (status ${status}); ${RESOURCES / 2} resources are missing`,
    );
  });

  test("a file holds lines that are no resources", () => {
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

describe("of a line of what the audit knows,", () => {
  const { audit } = exportParts();
  const rows = audit.filter((line) => line.type === "row");
  const lineOf = ({ resource, version, content, write, refersTo }: AuditRow): Line<"resource"> => ({
    ...{ type: "resource", file: 0, resource, version, content: content as number, write, refersTo },
  });
  const observation = lineOf(rows.find(({ refersTo }) => refersTo !== null) as AuditRow);
  const [register] = rows.filter(({ write, version }) => write.startsWith("r") && version === 1) as [AuditRow];
  const foundIn = (line: Line<"resource">, edit: (parts: Parts) => Partial<Parts> = () => ({})) => {
    const parts = exportParts();
    const found = checked({
      ...parts,
      bulkExport: ended(recounted([...parts.bulkExport, line])),
      ...edit(parts),
    });
    const { foreign, altered } = found.measures?.bulkExport ?? {};
    return [found.verdict, foreign?.resources, altered?.resources];
  };
  const stored = ["holds", [], []];
  const altered = (resource: string) => ["broken", [], [resource]];
  const foreign = (resource: string) => ["broken", [resource], []];

  test("the reference is content", () => {
    expect(foundIn(observation)).toEqual(stored);
    // Older runs did not record it.
    const { refersTo: _, ...older } = observation;
    expect(foundIn(older)).toEqual(stored);
    for (const refersTo of [first.resource, "Patient/nobody", null])
      expect(foundIn({ ...observation, refersTo })).toEqual(altered(observation.resource));
  });

  test("the content of any site counts, if it was read", () => {
    const changed = { ...observation, content: 1 };
    const onlyUnread = (side: "a" | "b") => (parts: Parts) => ({
      audit: parts.audit.map((line) =>
        line.type === "row" && line.side === side && line.resource === changed.resource
          ? { ...line, content: null }
          : line,
      ),
    });
    for (const side of ["a", "b"] as const)
      expect(foundIn(changed, onlyUnread(side))).toEqual(altered(changed.resource));
  });

  test("the first version of a register is what was sent", () => {
    expect(foundIn(lineOf(register))).toEqual(stored);
    expect(foundIn({ ...lineOf(register), content: 1 })).toEqual(altered(register.resource));
    expect(foundIn({ ...lineOf(register), refersTo: first.resource })).toEqual(altered(register.resource));
    expect(foundIn({ ...lineOf(register), version: 9 })).toEqual(foreign(register.resource));
  });

  test("a resource from before the load stays one, whoever is said to have written it", () => {
    const { seed } = exportParts().run;
    const claimed = each("resource", (line) =>
      line.resource === first.resource ? { content: 1, write: writeId(seedOfWarmUp(seed), 3) } : {},
    );
    expect(withLines(claimed).measures?.bulkExport?.altered.resources).toEqual([first.resource]);
    const unread = (parts: Parts) =>
      parts.audit.map((line) =>
        line.type === "row" && line.resource === first.resource ? { ...line, content: null } : line,
      );
    const parts = exportParts();
    const { measures } = checked({ ...parts, audit: unread(parts), bulkExport: claimed(parts.bulkExport) });
    expect(measures?.bulkExport?.altered.resources).toEqual([first.resource]);
  });
});

describe("of a line of what the drill writes beside its load,", () => {
  const { run } = exportParts();
  const seed = seedOfWarmUp(run.seed);
  const { mix } = run.scenario.load;
  const nOf = (kind: WriteKind) =>
    Array.from({ length: 100 }, (_, n) => n).find((n) => kindOfWrite(seed, n, mix) === kind);
  /** The lines of a warm-up's write, with ids that a server assigns. */
  const made = (kind: WriteKind): Line<"resource">[] => {
    const n = nOf(kind) as number;
    const { id, method, path, body } = planWrite(seed, n, mix);
    const { entry = [{ resource: body }] } = body as { entry?: { resource: object }[] };
    return entry.map(({ resource }, place) => {
      const { resourceType, subject } = resource as { resourceType: string; subject?: object };
      return {
        ...{ type: "resource", file: 0, resource: method === "PUT" ? path : `${resourceType}/${kind}-${place}` },
        ...{ version: 1, content: fingerprint(resource), write: id },
        refersTo: subject === undefined ? null : `Patient/${kind}-0`,
      };
    });
  };
  const standby: Line<"resource"> = {
    ...{ type: "resource", file: 0, resource: "Patient/fhirdrill-standby", version: 1 },
    ...{ content: fingerprint(STANDBY.body), write: "fhirdrill-standby", refersTo: null },
  };
  const found = (...lines: Line<"resource">[]) => {
    const { verdict, measures } = withLines((all) => recounted([...all, ...lines]));
    const { foreign, altered } = measures?.bulkExport ?? {};
    return [verdict, foreign?.resources, altered?.resources];
  };

  test.each(["put", "post", "bundle", "update"] as const)("a warm-up's %s is right as it was sent", (kind) => {
    const lines = made(kind);
    expect(found(...lines)).toEqual(["holds", [], []]);
    for (const line of lines) {
      const others = lines.filter((each) => each !== line);
      expect(found({ ...line, content: 1 }, ...others)).toEqual(["broken", [], [line.resource]]);
    }
  });

  test("its later version is right only where the write puts it", () => {
    const [[put], [post]] = [made("put"), made("post")] as [[Line<"resource">], [Line<"resource">]];
    expect(found({ ...put, version: 2 })).toEqual(["holds", [], []]);
    expect(found({ ...post, version: 2 })).toEqual(["broken", [], [post.resource]]);
    expect(found({ ...put, resource: "Patient/other" })).toEqual(["broken", [], ["Patient/other"]]);
    expect(found({ ...put, resource: "Observation/other" })).toEqual(["broken", [], ["Observation/other"]]);
  });

  test("a reference leads to the patient of the same write", () => {
    const [patient, one, other] = made("bundle") as [Line<"resource">, Line<"resource">, Line<"resource">];
    const [stranger] = made("post") as [Line<"resource">];
    const wrong = ["broken", [], [one.resource]];
    const [loaded] = exportParts().audit.filter((line) => line.type === "row" && line.write.startsWith("w"));
    const { resource } = loaded as AuditRow;
    for (const refersTo of [null, first.resource, stranger.resource, other.resource, resource])
      expect(found(patient, { ...one, refersTo }, other, stranger)).toEqual(wrong);
    // It was stored when the export had listed its patients.
    expect(found(one, other)).toEqual(["holds", [], []]);
    expect(found({ ...patient, refersTo: stranger.resource })).toEqual(["broken", [], [patient.resource]]);
    const { refersTo: _, ...older } = one;
    expect(found(patient, older, other)).toEqual(["holds", [], []]);
  });

  test("the patient that keeps the follower warm is known, and no other with such an id", () => {
    expect(found(standby)).toEqual(["holds", [], []]);
    expect(found({ ...standby, content: 1 })).toEqual(["broken", [], [standby.resource]]);
    const ghost = "Patient/fhirdrill-ghost";
    expect(found({ ...standby, resource: ghost })).toEqual(["broken", [ghost], []]);
  });
});

test("a resource that differs between the sites is right as either site has it", () => {
  const parts = exportParts();
  const written = parts.audit.find((line) => line.type === "row" && line.write.startsWith("w")) as AuditRow;
  const { resource, version, content, write } = written;
  const line: BulkExportLine = { ...first, resource, version, content: content as number, write };
  const on = (side: "a" | "b") =>
    parts.audit.map((row) =>
      row.type === "row" && row.side === side && row.resource === resource ? { ...row, content: 1 } : row,
    );
  const bulkExport = ended(recounted([...parts.bulkExport, line]));
  for (const side of ["a", "b"] as const)
    expect(checked({ ...parts, bulkExport, audit: on(side) }).measures?.bulkExport?.altered.count).toBe(0);
});

test("is inconclusive if the holdings of a site are not known", () => {
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
  const still = each("job", ({ side, fromMs }) =>
    fromMs > actMs + 40_000 ? null : side === "b" && fromMs > actMs + 2000 ? { toMs: actMs + 600_000 } : {},
  );

  test("no server worked on it for ten minutes: stuck, and broken", () => {
    const { verdict, reason, measures, evidence } = withLines((lines) => noFiles(still(status(202)(lines))), 600_000);
    expect([verdict, reason]).toEqual(["broken", expect.stringMatching(/^stuck: 600 s after the first act/)]);
    expect(evidence).toEqual([expect.stringMatching(/^at the first act/), "B took over after 2.43 s"]);
    const unknown = { count: null, resources: [] };
    expect(measures?.bulkExport).toEqual({
      ...{ outcome: "stuck", endedSeconds: null, pickedUpSeconds: null, files: null, lines: null },
      ...{ missing: unknown, duplicated: unknown, foreign: unknown, altered: unknown },
    });
  });

  test("it is stuck even if its database did not answer for a moment and showed the same state again", () => {
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

  test("its job was not observed to the end, so it is not known whether a server worked on it", () => {
    const blind = each("job", ({ side }) => (side === "b" ? { toMs: actMs + 50_000 } : {}));
    const { verdict, measures } = withLines((lines) => noFiles(blind(still(status(202)(lines)))), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", null]);
  });

  test("stuck for less than the promised time is inconclusive", () => {
    const parts = exportParts(120_000);
    const lines = ended(noFiles(still(status(202)(parts.bulkExport))));
    const scenario = { ...parts.run.scenario, bulkExport: { level: "patient", waitSeconds: 120 } } as const;
    const { verdict, measures } = checked({ ...parts, bulkExport: lines, run: { ...parts.run, scenario } });
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", "stuck"]);
  });

  test("a server worked on it, and it was not done", () => {
    const { verdict, reason, measures } = withLines((lines) => noFiles(status(202)(lines)), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", "unfinished"]);
    expect(reason).toBe("it still ran 600 s after the first act, and a server worked on it");
  });

  test.each([404, 410, 500])("its client got an error, %d", (code) => {
    const { verdict, measures } = withLines((lines) => noFiles(status(code)(lines)));
    expect([verdict, measures?.bulkExport?.outcome, measures?.bulkExport?.endedSeconds]).toEqual(["holds", "told", 90]);
  });

  test("an error for an export that was not writing its files at the first act is inconclusive", () => {
    const elsewhere = each("job", ({ side }) => (side === "a" ? { step: null, chunks: {} } : {}));
    const { verdict, reason } = withLines((lines) => noFiles(elsewhere(status(404)(lines))));
    expect([verdict, reason]).toEqual([
      "inconclusive",
      "it was not writing its files at the first act: IN_PROGRESS in no step",
    ]);
  });

  test("an error that came when no server had worked on it for more than ten minutes is broken", () => {
    const patient = { level: "patient", waitSeconds: 3600 } as const;
    const toldAt = (ms: number, change = (lines: BulkExportLine[]) => lines) => {
      const parts = exportParts(ms + 28_000);
      const scenario = { ...parts.run.scenario, bulkExport: patient };
      const late = each("poll", ({ doneMs }) => (doneMs >= actMs + ms ? { status: 500 } : { status: 202 }));
      const idle = each("job", ({ side, fromMs }) =>
        fromMs > actMs + 40_000 ? null : side === "b" && fromMs > actMs + 2000 ? { toMs: actMs + ms } : {},
      );
      const bulkExport = ended(noFiles(change(idle(late(parts.bulkExport)))));
      const { verdict, reason, measures } = checked({ ...parts, bulkExport, run: { ...parts.run, scenario } });
      return [verdict, reason, measures?.bulkExport?.outcome];
    };
    expect(toldAt(3_000_000)).toEqual([
      ...["broken", "its client got an error after 3000.0 s in which no server worked on it", "told"],
    ]);
    expect(toldAt(602_000)[0]).toBe("broken");
    expect(toldAt(600_000)[0]).toBe("holds");
    const blind = each("job", ({ side }) => (side === "b" ? { toMs: actMs + 2500 } : {}));
    expect(toldAt(602_000, blind)[0]).toBe("inconclusive");
  });

  test("an error that came after a pick-up that was too late is broken as well", () => {
    const late = each("job", ({ fromMs }) => (fromMs > actMs + 40_000 ? { fromMs: actMs + 601_000 } : {}));
    const { verdict, reason } = withLines(
      (lines) =>
        noFiles(
          late(each("poll", ({ doneMs }) => (doneMs >= actMs + 620_000 ? { status: 500 } : { status: 202 }))(lines)),
        ),
      650_000,
    );
    expect([verdict, reason]).toEqual(["broken", "told: it was picked up after 601.0 s"]);
  });

  test("a single error is no answer", () => {
    const once = each("poll", ({ doneMs }) => ({ status: doneMs > actMs + 599_000 ? 500 : 202 }));
    const { verdict, reason, measures } = withLines((lines) => noFiles(once(lines)), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", "unreachable"]);
    expect(reason).toBe("its client's last polls got no lasting answer about the job");
  });

  test.each([0, 204, 302, 401, 403, 502])("with %d its last polls got no answer about the job", (code) => {
    const { verdict, measures } = withLines((lines) => noFiles(status(code)(lines)), 600_000);
    expect([verdict, measures?.bulkExport?.outcome]).toEqual(["inconclusive", "unreachable"]);
  });

  test("its client stopped polling too early", () => {
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
    expect([verdict, reason]).toEqual(["broken", "it is reported as complete: it was picked up after 601.0 s"]);
    expect(pickedUpAt(600_000).verdict).toBe("holds");
  });

  test("an unobserved pick-up is acceptable only if the export ended in time", () => {
    const unseen = (endMs: number, gone: (line: Line<"job">) => boolean) => {
      const { verdict, reason } = withLines(
        each("job", (line) => (line.side === "b" && gone(line) ? null : {})),
        endMs,
      );
      return [verdict, reason];
    };
    const late = ["inconclusive", "it ended after 900.0 s, and it was not observed when it was picked up"];
    expect(unseen(900_000, () => true)).toEqual(late);
    expect(unseen(900_000, ({ fromMs }) => fromMs > actMs)).toEqual(late);
    expect(unseen(600_000, ({ fromMs }) => fromMs > actMs)[0]).toBe("holds");
    expect(unseen(600_001, ({ fromMs }) => fromMs > actMs)[0]).toBe("inconclusive");
  });
});

test("files that its client got before the first act say nothing of a failover", () => {
  const { verdict, reason, measures } = withLines((lines) => {
    const before = each("poll", ({ doneMs }) => (doneMs >= actMs ? null : {}))(lines);
    const last = before.findLast(({ type }) => type === "poll");
    return before.map((line) => (line === last ? { ...last, status: 200 } : line)) as BulkExportLine[];
  }, 700_000);
  expect([verdict, reason]).toEqual(["inconclusive", "its client's polls ended before the first act"]);
  expect(measures?.bulkExport).toMatchObject({ outcome: null, endedSeconds: null });
});

test("files that its client got while the job had not ended are inconclusive", () => {
  const { verdict, reason } = withLines(
    each("job", ({ side, fromMs }) => (side === "b" && fromMs > actMs + 40_000 ? { toMs: actMs + 92_000 } : {})),
  );
  expect([verdict, reason]).toEqual([
    "inconclusive",
    "its client got the files, and B's database had it as IN_PROGRESS in write-to-binaries, its chunks 2 COMPLETED after that",
  ]);
});

describe("is inconclusive, because the scenario did not strike it, if", () => {
  const took = (side: "a" | "b", plan: "failover" | "switchover", atMs: number): OperatorEvent => ({
    ...{ type: "operator", plan, step: "promoted", side, atMs: actMs + atMs, tookMs: 100, detail: {} },
  });
  const orders = [{ kind: "switchover", to: "a", afterSeconds: 50 }] as const;
  const job = (side: "a" | "b", fromMs: number, toMs: number, state = "IN_PROGRESS"): Line<"job"> => ({
    ...{ type: "job", side, fromMs: actMs + fromMs, toMs: actMs + toMs, state, step: "write-to-binaries" },
    chunks: { COMPLETED: 2 },
  });
  /** A failback at 60 s to A, whose database had these states; its client got the files at 90 s. */
  const failback = (states: Line<"job">[], atMs = 60_000) => {
    const parts = exportParts();
    const scenario = { ...parts.run.scenario, orders: [...orders] };
    const events = [...parts.events, took("a", "switchover", atMs)];
    const bulkExport = ended([...parts.bulkExport, ...states]);
    const { verdict, reason } = checked({ ...parts, run: { ...parts.run, scenario }, events, bulkExport });
    return [verdict, reason];
  };

  test("no files were being written when the first takeover began", () => {
    const between = each("job", ({ side, fromMs }) => (side === "b" && fromMs < actMs ? { chunks: { READY: 2 } } : {}));
    const { verdict, reason } = withLines(between);
    expect([verdict, reason]).toEqual([
      "inconclusive",
      "it was not writing its files when B took over: IN_PROGRESS in write-to-binaries, its chunks 2 READY",
    ]);
  });

  test("it was not observed when a takeover began", () => {
    const { verdict, reason } = withLines(
      each("job", ({ side, fromMs }) => (side === "b" && fromMs < actMs ? null : {})),
    );
    expect([verdict, reason]).toEqual(["inconclusive", "its state is not known when B took over"]);
  });

  test("the failback met a finished job", () => {
    const working = [job("a", 50_000, 70_000), { ...job("a", 70_200, 90_000), chunks: {} }];
    expect(failback(working)).toEqual(["holds", expect.stringMatching(/^resumed/)]);
    const [verdict, reason] = failback([job("a", 59_000, 90_000, "COMPLETED")]);
    expect([verdict, reason]).toEqual([
      "inconclusive",
      "it had ended when A took over: COMPLETED in write-to-binaries, its chunks 2 COMPLETED",
    ]);
  });

  test("a planned switchover did not come before its end", () => {
    const why = ["inconclusive", "the planned switchover to A did not come before its end"];
    expect(failback([], 90_001)).toEqual(why);
    const parts = exportParts();
    const run = { ...parts.run, scenario: { ...parts.run.scenario, orders: [...orders] } };
    const { verdict, reason } = checked({ ...parts, run });
    expect([verdict, reason]).toEqual(why);
    // A failover to that site is another thing.
    const events = [...parts.events, took("a", "failover", 60_000)];
    const bulkExport = ended([...parts.bulkExport, job("a", 50_000, 70_000)]);
    expect(checked({ ...parts, run, events, bulkExport }).reason).toBe(why[1]);
  });
});

describe("with a scenario of several faults", () => {
  /** The disaster comes that long after the first act, an operation that makes no server take over. */
  const disasterAt = (ms: number) => {
    const { events, ...parts } = exportParts();
    const given = { type: "order", order: 0, kind: "restart", state: "given", atMs: actMs, detail: {} } as const;
    const later = events.map((event) =>
      event.type === "fault" || event.type === "operator" ? { ...event, atMs: event.atMs + ms } : event,
    );
    const { verdict, reason } = checked({ ...parts, events: [...later, given].toSorted((x, y) => x.atMs - y.atMs) });
    return [verdict, reason];
  };

  test("is inconclusive if it had ended before the disaster", () => {
    expect(disasterAt(89_999)).toEqual(["holds", expect.stringMatching(/^completed/)]);
    expect(disasterAt(90_000)).toEqual(["inconclusive", "it had ended before the disaster"]);
  });
});

describe("is broken if no server worked on it for more than ten minutes,", () => {
  /** It moves 40.2 s after the first act, and again that much later; half a minute after that, its client stops. */
  const leftFor = (ms: number, answer = 200) => {
    const movedMs = actMs + 40_200 + ms;
    const endMs = movedMs - actMs + 30_000;
    const parts = exportParts(endMs);
    const first = each("job", ({ fromMs }) => (fromMs > actMs + 40_000 ? { toMs: movedMs } : {}));
    const last: Line<"job"> = {
      ...{ type: "job", side: "b", fromMs: movedMs + 100, toMs: actMs + endMs, state: "FINALIZE", step: null },
      chunks: {},
    };
    const polled = each("poll", ({ doneMs }) => (doneMs >= movedMs ? { status: answer } : {}));
    const lines = [...first(parts.bulkExport), last];
    const bulkExport = ended(answer === 200 ? lines : noFiles(polled(lines)));
    const asked = { level: "patient", waitSeconds: endMs / 1000 } as const;
    const run = { ...parts.run, scenario: { ...parts.run.scenario, bulkExport: asked } };
    const { verdict, reason } = checked({ ...parts, run, bulkExport });
    return [verdict, reason];
  };

  test.each([
    [200, "holds", "it is reported as complete: no server worked on it for 601.0 s"],
    [202, "inconclusive", "unfinished: no server worked on it for 601.0 s"],
    [404, "holds", "its client got an error after 601.0 s in which no server worked on it"],
  ])("even if one worked on it later, and its client got %d", (answer, before, reason) => {
    expect(leftFor(600_000, answer)[0]).toBe(before);
    expect(leftFor(601_000, answer)).toEqual(["broken", reason]);
  });
});

describe("is inconclusive, because the export was not writing its files, if at the first act", () => {
  test.each<[string, (line: Line<"job">) => object | null]>([
    ["it was at another step", () => ({ step: "fetch-resources" })],
    ["all its files were written", () => ({ chunks: { COMPLETED: 2 } })],
    ["it had not been observed for a second", () => ({ toMs: actMs - 1001 })],
    ["it had never been observed", () => null],
  ])("%s", (_, change) => {
    const { verdict, reason } = withLines(each("job", (line) => (line.side === "a" ? change(line) : {})));
    expect([verdict, reason]).toEqual(["inconclusive", expect.stringMatching(/^it was not writing its files/)]);
  });

  test("but missing resources are still broken", () => {
    const without = each("resource", (line) => (line.resource === first.resource ? null : {}));
    const { verdict } = withLines((lines) => each("job", () => ({ step: null }))(recounted(without(lines))));
    expect(verdict).toBe("broken");
  });
});

describe("its record", () => {
  test("is incomplete without any one of its lines", () => {
    const parts = exportParts();
    for (const gone of parts.bulkExport) {
      const { verdict } = checked({ ...parts, bulkExport: parts.bulkExport.filter((line) => line !== gone) });
      expect([gone.type, verdict]).toEqual([gone.type, "inconclusive"]);
    }
  });

  test("is incomplete with two beginnings or two ends", () => {
    const parts = exportParts();
    for (const type of ["kick-off", "end"] as const) {
      const bulkExport = parts.bulkExport.flatMap((line) => (line.type === type ? [line, line] : [line]));
      expect(checked({ ...parts, bulkExport }).reason).toBe(
        "the export was not recorded from its beginning to its end",
      );
    }
  });

  test("is incomplete if its client did not poll for half a minute", () => {
    const gap = (ms: number) =>
      withLines(each("poll", ({ doneMs }) => (doneMs > actMs + 1 && doneMs < actMs + ms ? null : {})));
    expect(gap(30_000).verdict).toBe("holds");
    expect(gap(30_001)).toEqual({
      verdict: "inconclusive",
      reason: "its client did not poll all the time",
    });
    expect(withLines(each("poll", ({ status }) => (status === 202 ? null : {}))).verdict).toBe("inconclusive");
  });

  test("begins with an accepted request, before its polls", () => {
    const kickOff = (change: object) => {
      const { verdict, reason } = withLines(each("kick-off", () => change));
      return [verdict, reason];
    };
    const refused = ["inconclusive", "the export was not accepted"];
    expect(kickOff({ status: 500, job: null })).toEqual(refused);
    expect(kickOff({ status: 500 })).toEqual(refused);
    expect(kickOff({ job: null })).toEqual(refused);
    const [poll] = exportParts().bulkExport.filter((line) => line.type === "poll") as [Line<"poll">];
    expect(kickOff({ doneMs: poll.sentMs })[0]).toBe("holds");
    expect(kickOff({ doneMs: poll.sentMs + 1 })).toEqual(["inconclusive", "its client polled before it was accepted"]);
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

  test("names what is missing", () => {
    const parts = exportParts();
    const polls = parts.bulkExport.filter(({ type }) => type === "poll").length;
    const without = (gone: BulkExportLine["type"]) => {
      const [line] = parts.bulkExport.filter(({ type }) => type === gone);
      return checked({ ...parts, bulkExport: parts.bulkExport.filter((each) => each !== line) }).reason;
    };
    expect(without("poll")).toBe(`its record is incomplete: ${polls - 1} polls instead of ${polls}`);
    expect(without("job")).toBe("its record is incomplete: 3 jobs instead of 4");
    expect(without("file")).toBe("its record is incomplete: 1 files instead of 2, Binary/1 is file 1 instead of 0");
    expect(without("resource")).toBe(
      "its record is incomplete: 5 resources instead of 6, 2 lines of Binary/0 instead of 3",
    );
  });

  test("is inconclusive if nothing was done to the system", () => {
    const parts = exportParts();
    const events = parts.events.filter((event) => !isFirstAct(event));
    expect(checked({ ...parts, events })).toEqual({
      verdict: "inconclusive",
      reason: "no act of the scenario or no poll of the export was recorded",
    });
  });

  test("is incomplete without files that its list has", () => {
    const parts = exportParts();
    const lines = parts.bulkExport.map((line) => (line.type === "end" ? { ...line, listed: 3 } : line));
    expect(checked({ ...parts, bulkExport: lines }).verdict).toBe("inconclusive");
  });

  test("is incomplete if two files have one place, or if one has lines that no server answered with", () => {
    const ofFile = (changed: Partial<Line<"file">>) =>
      withLines(each("file", ({ file }) => (file === 1 ? changed : {}))).reason;
    expect(ofFile({ file: 0 })).toBe("its record is incomplete: Binary/1 is file 0 instead of 1");
    expect(ofFile({ status: 404 })).toBe(
      "its record is incomplete: lines of Binary/1, which was answered for with a 404",
    );
  });

  test("is read from its file, which older runs do not have", () => {
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

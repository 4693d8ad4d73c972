/** A sealed record: any later change to any of its files is noticed, and the file is named. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge } from "../check/judge.ts";
import { fakeMachine } from "../check/testing/fake-machine.ts";
import { cameBack } from "../check/testing/fake-return.ts";
import { fakeParts, filesOf } from "../check/testing/fake-run.ts";
import { writeId } from "../model/load/write.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { RECORD_FILES, type RecordFile, sealOf } from "../model/record/seal.ts";
import type { WalLine } from "../model/record/wal.ts";
import { readRecord } from "./read-record.ts";

const parts = fakeParts({ lost: [10], stranded: [10] });
const loadEndMs = parts.operations.at(-1)?.invokedMs as number;
const lasted: DrillEvent = {
  ...{ type: "fault", fault: 0, kind: "region-loss", state: "lasted", atMs: loadEndMs },
  detail: { looks: 4, longestUnseenMs: 2000 },
};
const events = [...parts.events, lasted].toSorted((x, y) => x.atMs - y.atMs);
const wal: WalLine[] = [10, 11].map((n) => ({
  ...{ type: "wal", side: "a", of: "own", atMs: loadEndMs, tookMs: 9, segments: 1, bytes: 9 },
  writes: [writeId(parts.run.seed, n)],
}));
const bulkExport: BulkExportLine[] = [1, 2].map((n) => ({
  ...{ type: "poll", sentMs: n, doneMs: n, status: 202, servedBy: "a", progress: null, retryAfter: null },
}));
const back = { ...cameBack({ ...parts, events }), wal, bulkExport };
const probes = [...back.probes, ...fakeMachine(0, 20_000, {})];
const scenario = { ...back.run.scenario, bulkExport: { level: "patient", waitSeconds: 600 } } as const;
const run = { ...back.run, record: 2, scenario };
const files = filesOf({ ...back, probes, run });
const seal = JSON.stringify(sealOf(files));
const wrongIn = (changes: Partial<typeof files & { seal: string }>) =>
  readRecord({ ...files, seal, ...changes }).brokenSeals;
const worthOf = (changes: Partial<typeof files & { seal: string }>) =>
  judge(readRecord({ ...files, seal, ...changes })).checks.find(({ name }) => name === "worth-judging");

test("an unchanged record matches its seal, in any pieces", () => {
  expect(wrongIn({})).toEqual([]);
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(files) as RecordFile[])), fc.array(fc.nat()), (name, cuts) => {
      const text = files[name];
      const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((x, y) => x - y), text.length];
      const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
      expect(readRecord({ ...files, seal, ...(name === "run" ? {} : { [name]: pieces }) }).brokenSeals).toEqual([]);
    }),
    { seed: 51, numRuns: 30 },
  );
});

describe.each(Object.keys(files) as RecordFile[])("of the file of %s", (name) => {
  const lines = files[name].match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const edited: [string, string][] = [
    ["a line removed", lines.slice(0, -1).join("")],
    ["a line doubled", [...lines, lines.at(-1)].join("")],
    ["two lines swapped", [...lines.slice(0, -2), lines.at(-1), lines.at(-2)].join("")],
    ["a trailing blank", `${files[name]} `],
    ["a byte changed", files[name].replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))],
  ];

  test.each(edited.filter(([, text]) => text !== files[name] && (name !== "run" || isJson(text))))("%s", (_, text) => {
    expect(wrongIn({ [name]: text })).toEqual([
      expect.stringContaining(`${RECORD_FILES[name]} was changed after the drill: it has `),
    ]);
  });
});

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

test("the sizes before and after are reported if they differ", () => {
  const { events: text } = files;
  expect(wrongIn({ events: text.slice(text.indexOf("\n") + 1) })?.[0]).toMatch(/: it has 20 lines and not 21$/);
  expect(wrongIn({ events: text.replace("}", " }") })?.[0]).toMatch(/: it has \d+ bytes and not \d+$/);
  expect(wrongIn({ events: text.replace("baseline", "baselime") })?.[0]).toMatch(/: it has other content$/);
});

test("a broken seal makes the run inconclusive, but does not hide a broken check", () => {
  expect(worthOf({})?.verdict).toBe("holds");
  expect(worthOf({ probes: "" })).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringContaining("probes.ndjson was changed"),
  });
  const torn = filesOf(fakeParts({ torn: [fakeParts().operations.find((op) => op.kind === "bundle")?.n ?? 0] }));
  expect(judge(readRecord({ ...torn, seal })).verdict).toBe("broken");
});

test("a missing seal is reported for a complete run, but not for an older one", () => {
  expect(wrongIn({ seal: "" })).toBeNull();
  expect(worthOf({ seal: "" })?.reason).toMatch(/the record has lost its seal/);
  const failed = JSON.stringify({ ...run, state: "failed" });
  expect(worthOf({ seal: "", run: failed })?.evidence.join()).not.toMatch(/seal/);
  const older = JSON.stringify({ ...run, record: 1 });
  const events = files.events.replace(`${JSON.stringify(lasted)}\n`, "");
  expect(worthOf({ seal: "", run: older, events })?.verdict).toBe("holds");
  // If only the field that requires a seal was removed, the seal itself reveals the change.
  expect(worthOf({ run: older })?.reason).toMatch(/^run.json was changed/);
});

test("an older seal without the WAL file requires that there is none", () => {
  const { wal: _, devices: __, bridges: ___, held: ____, vault: _____, ...others } = sealOf(files).files;
  const older = JSON.stringify({ ...sealOf(files), files: others });
  expect(wrongIn({ seal: older, wal: "" })).toEqual([]);
  expect(wrongIn({ seal: older })).toEqual([expect.stringMatching(/^wal.ndjson was changed after the drill/)]);
});

test.each(["{", "null", "{}", seal.replace("sha256", "sha255"), seal.replace("seal/1", "seal/0")])(
  "a seal that is damaged is no seal: %s",
  (damaged) => {
    expect(wrongIn({ seal: damaged })).toEqual([expect.stringMatching(/^seal.json is damaged/)]);
  },
);

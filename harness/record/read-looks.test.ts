/** Reads beside the writes in the ledger: read as written, without damaged ones. */
import { expect, test } from "vitest";
import { judge } from "../check/judge.ts";
import { withReads } from "../check/testing/fake-reads.ts";
import { fakeParts, filesOf, recordOf } from "../check/testing/fake-run.ts";
import { sharedFiles } from "../check/testing/fake-runners.ts";
import { readRecord } from "./read-record.ts";

const parts = withReads(fakeParts());
const files = filesOf(parts);
const lines = files.ledger.split("\n");
const at = lines.findIndex((line) => line.includes('"look"'));
const withLine = (change: (line: Record<string, unknown>) => Record<string, unknown>) => {
  const changed = JSON.stringify(change(JSON.parse(lines[at] as string)));
  return readRecord({ ...files, ledger: lines.with(at, changed).join("\n") });
};

test("they are read as written, and do not affect the writes", () => {
  const record = readRecord(files);
  expect(record.looks).toEqual(recordOf(parts).looks);
  expect([...record.history]).toEqual(
    [...readRecord(filesOf(fakeParts())).history].map((op, i) => ({
      ...op,
      line: [...record.history][i]?.line,
    })),
  );
  expect(record.ledger).toMatchObject({ repeats: 0, orphans: 0, outOfOrder: 0, backwards: 0, unreadable: [] });
  expect(judge(record).checks.filter(({ verdict }) => verdict !== "holds" && verdict !== "no-objective")).toEqual(
    judge(readRecord(filesOf(fakeParts()))).checks.filter(
      ({ verdict }) => verdict !== "holds" && verdict !== "no-objective",
    ),
  );
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ["no number", { n: -1 }, /look number -1/],
  ["an unknown kind", { by: "guess" }, /a look by guess/],
  ["an unknown register", { register: 100 }, /a look at register 100/],
  ["no time", { sentEpochMs: "now" }, /without a time/],
  ["no status", { status: "ok" }, /without status/],
  ["an invalid version", { version: -2 }, /a version that is none/],
  ["no answering site", { servedBy: 7 }, /nothing said of who answered/],
  ["an invalid writer", { writer: 7 }, /whose content was given/],
  ["another runner", { r: "k6-9" }, /not named in run.json/],
])("one with %s is damaged", (_, change, why) => {
  const { ledger, looks } = withLine((line) => ({ ...line, ...change }));
  expect(ledger.unreadable.join()).toMatch(why);
  expect(looks).toHaveLength(parts.looks.length - 1);
});

test("a repeated one is reported, and counted once", () => {
  const twice = readRecord({ ...files, ledger: lines.toSpliced(at, 0, lines[at] as string).join("\n") });
  expect([twice.ledger.repeats, twice.looks.length]).toEqual([1, parts.looks.length]);
});

test("one answered before it was sent puts all times in doubt", () => {
  expect(withLine((line) => ({ ...line, sentEpochMs: (line.epochMs as number) + 1 })).ledger.backwards).toBe(1);
});

test("without one of its lines the load is incomplete, and the read outage is unknown", () => {
  const { checks } = judge(readRecord({ ...files, ledger: lines.toSpliced(at, 1).join("\n") }));
  expect(checks.find(({ name }) => name === "read-availability")).toMatchObject({ verdict: "inconclusive" });
});

test("several runners record theirs in their own ledgers", () => {
  const clock = { ...fakeParts().run.clock, offsetMs: 1_790_000_000_000, errorMs: 2, samples: 3 };
  const shared = sharedFiles({ ...parts, looks: [] }, [clock, clock]);
  const line = (runner: string) => (lines[at] as string).replace('"k6-1"', JSON.stringify(runner));
  const ledger = shared.ledger.replace("\n", `\n${line("k6-1")}\n`);
  expect(readRecord({ ...shared, ledger }).looks.map(({ runner }) => runner)).toEqual(["k6-1"]);
  expect(readRecord({ ...shared, ledger: shared.ledger.replace("\n", `\n${line("k6-2")}\n`) }).looks).toEqual([]);
});

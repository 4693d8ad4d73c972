import { expect, test } from "vitest";
import type { SearchedLine, VaultLine } from "../model/record/vault.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { stolenData } from "./stolen-data.ts";
import { fakeParts, fakeRun, recordOf } from "./testing/fake-run.ts";
import { type VaultPlan, withVault } from "./testing/fake-vault.ts";

function checked(plan: Partial<VaultPlan>, edit: (lines: VaultLine[]) => VaultLine[] = (lines) => lines) {
  const parts = withVault(fakeParts(), plan);
  const record = recordOf({ ...parts, vault: edit(parts.vault) });
  return stolenData.check(record, gatherFacts(record));
}

const BYTES = 100_000_000;
const isStolen = (line: VaultLine): line is SearchedLine => line.type === "searched" && line.of === "stolen";

test("without encrypted data directories there is no objective", () => {
  const bare = fakeRun();
  const none = { verdict: "no-objective", reason: "the configuration does not encrypt its data directories" };
  expect(stolenData.check(bare, gatherFacts(bare))).toEqual(none);
  expect(checked({ guards: "access" })).toEqual(none);
});

test("a copy in which nothing can be read, by a search that finds the text where it is", () => {
  expect(checked({})).toEqual({
    verdict: "holds",
    reason:
      "the text is in none of 200 stolen files, and in 14 files of the same directories as their databases see them",
    evidence: [
      "open directory of A: 7 of 100 files hold the text",
      "stolen directory of A: 0 of 100 files hold the text",
      "open directory of B: 7 of 100 files hold the text",
      "stolen directory of B: 0 of 100 files hold the text",
    ],
    measures: { stolenData: { files: 200, holding: 0, open: { files: 200, holding: 14 } } },
  });
});

test("a single readable file is found, whatever else is missing", () => {
  expect(checked({ stolen: 1 })).toMatchObject({
    verdict: "broken",
    reason: "2 stolen files can be read without the key",
    measures: { stolenData: { holding: 2 } },
  });
  const one = checked({ stolen: 1 }, (lines) => lines.filter((line) => line.type !== "searched" || line.side === "a"));
  expect([one.verdict, one.reason]).toEqual(["broken", "1 stolen files can be read without the key"]);
});

test.each<[string, Partial<VaultPlan>, (lines: VaultLine[]) => VaultLine[], string]>([
  [
    "a search that finds nothing where it is",
    { open: 0 },
    (lines) => lines,
    "the text was not found in the data directory of A, where it must be: the search proves nothing",
  ],
  [
    "no search of a copy",
    {},
    (lines) => lines.filter((line) => !(line.type === "searched" && line.of === "stolen" && line.side === "b")),
    "the data directory of B was not searched exactly once with the key and once without",
  ],
  [
    "a copy without files",
    {},
    (lines) => lines.map((line) => (line.type === "searched" && line.of === "stolen" ? { ...line, files: 0 } : line)),
    "the copy of the data directory of A has no files",
  ],
  [
    "a copy of a small part",
    {},
    (lines) => lines.map((line) => (isStolen(line) && line.side === "b" ? { ...line, bytes: 49_999_999 } : line)),
    "the copy of the data directory of B takes 49999999 of its 100000000 bytes",
  ],
  [
    "a search that found the text in more files than there are",
    {},
    (lines) => lines.map((line) => (line.type === "searched" && line.of === "open" ? { ...line, files: 6 } : line)),
    "the record of the searches of the data directory of A contradicts itself",
  ],
  [
    "a search of no bytes",
    {},
    (lines) => lines.map((line) => (line.type === "searched" && line.side === "b" ? { ...line, bytes: 0 } : line)),
    "the record of the searches of the data directory of B contradicts itself",
  ],
  [
    "a search that failed",
    {},
    (lines) => [
      ...lines.filter((line) => line.type !== "searched" || line.side === "a"),
      { type: "unreadable", side: "b", what: "data", why: "no such container" },
    ],
    "the data directory of B could not be searched: no such container",
  ],
])("%s proves nothing", (_, plan, edit, reason) => {
  expect(checked(plan, edit)).toMatchObject({ verdict: "inconclusive", reason });
});

test.each<[string, (line: SearchedLine) => SearchedLine]>([
  ["as half of its directory", (line) => ({ ...line, bytes: line.of === "stolen" ? 50_000_000 : BYTES })],
  ["as nobody recorded", ({ bytes: _, ...line }) => line],
  ["as nobody recorded of the copy", (line) => ({ ...line, bytes: line.of === "stolen" ? undefined : BYTES })],
])("a copy is large enough if it takes as much %s", (_, edit) => {
  expect(checked({}, (lines) => lines.map((line) => (line.type === "searched" ? edit(line) : line))).verdict).toBe(
    "holds",
  );
});

test("nor does a damaged record", () => {
  const record = recordOf(withVault(fakeParts()));
  record.legibility.vault = { ...record.legibility.vault, torn: true };
  expect(stolenData.check(record, gatherFacts(record)).reason).toBe("the record of the searches is damaged");
});

test("goes by its name", () => {
  expect(judge(recordOf(withVault(fakeParts())), [stolenData]).checks).toMatchObject([
    { name: "stolen-data", verdict: "holds" },
  ]);
});

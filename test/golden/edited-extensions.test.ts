/**
 * Made-up runs with an extension, with one small edit in its files: a line deleted or doubled, a file truncated. A run
 * that holds does not hold with any of them, and one that does not hold never holds because of one.
 */
import { describe, expect, test } from "vitest";
import { judge } from "../../harness/check/judge.ts";
import { withDevices } from "../../harness/check/testing/fake-devices.ts";
import { exportParts } from "../../harness/check/testing/fake-export.ts";
import { fakeParts, filesOf, type Parts } from "../../harness/check/testing/fake-run.ts";
import { CERTIFICATES_PLAN, withVault } from "../../harness/check/testing/fake-vault.ts";
import { readRecord } from "../../harness/record/read-record.ts";
import { cutOff, deleted, doubled, linesOf } from "./edits.ts";

type Files = ReturnType<typeof filesOf>;
type File = "bulkExport" | "devices" | "bridges" | "held" | "vault";

/** As if the seal were intact, so that only the lines can show an edit. */
const wordOf = (files: Files) => judge({ ...readRecord(files), brokenSeals: [] }).verdict;

/** Each device sends until the drill goes quiet. */
const MESSAGES = 32;
const DEVICES: File[] = ["devices", "bridges", "held"];
const withoutVault = withVault(fakeParts({ afterSeconds: 80, outage: null, operator: null }), CERTIFICATES_PLAN);

describe.each<[string, Parts, File[], "holds" | "broken"]>([
  ["a bulk export", exportParts(), ["bulkExport"], "holds"],
  ["devices", withDevices(fakeParts(), { messages: MESSAGES }), DEVICES, "holds"],
  [
    "devices, of whose messages two are lost",
    withDevices(fakeParts(), { messages: MESSAGES, lost: { withBroker: ["d1:3"], withSite: ["d2:30"] } }),
    DEVICES,
    "broken",
  ],
  ["keys in a vault", withVault(fakeParts()), ["vault"], "holds"],
  ["certificates from a vault that is away", withoutVault, ["vault"], "holds"],
])("of a run with %s", (_, parts, names, word) => {
  const files = filesOf(parts);

  test(`which ${word === "holds" ? "holds" : "is broken"},`, () => {
    expect(wordOf(files)).toBe(word);
  });

  test.each(names)("no edit of %s leaves a run that holds", (name) => {
    const lines = linesOf(files[name]);
    expect(lines.length).toBeGreaterThan(1);
    const edits = [deleted(lines), doubled(lines), cutOff(lines)].flatMap((each) => [...each]);
    const held = edits.filter(({ text }) => wordOf({ ...files, [name]: text }) === "holds");
    expect(held.map(({ what }) => what)).toEqual([]);
  });
});

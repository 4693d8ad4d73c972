/** The file of a vault: read as written; damaged lines are named. */
import { expect, test } from "vitest";
import { fakeParts, filesOf } from "../check/testing/fake-run.ts";
import { withVault } from "../check/testing/fake-vault.ts";
import { readRecord } from "./read-record.ts";

const parts = withVault(fakeParts(), { inVainMs: { a: [3000], b: [] } });
const files = filesOf(parts);
const lines = files.vault.trimEnd().split("\n");
const unreadable = (text: readonly string[], run = files.run) =>
  readRecord({ ...files, run, vault: text.map((line) => `${line}\n`).join("") }).legibility.vault.unreadable;

test("it is read as written; older records have none", () => {
  const { vault, legibility } = readRecord(files);
  expect(vault).toEqual(parts.vault);
  expect(legibility.vault).toEqual({ lines: lines.length, torn: false, unreadable: [], unreadableCount: 0 });
  const { vault: _, ...older } = filesOf(fakeParts());
  expect(readRecord(older).vault).toEqual([]);
});

test("a line of unknown form is named", () => {
  expect(unreadable([...lines, '{"type":"given","side":"c"}']).join()).toContain("its side is wrong");
  expect(unreadable([...lines, '{"type":"searched","side":"a","of":"open","files":-1,"holding":0}']).join()).toContain(
    "its files is wrong",
  );
});

test("a client's times are by the containers' clock, if that is mapped", () => {
  const late = lines.with(0, (lines[0] as string).replace(/"epochMs":\d+/, '"epochMs":9e15'));
  expect(unreadable(late).join()).toContain("its epochMs is at no time of the drill");
  const { run } = filesOf({ ...parts, run: { ...parts.run, clock: null } });
  expect(unreadable(late, run)).toEqual([]);
});

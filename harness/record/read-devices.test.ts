/** The ledger files of devices: read as written; damaged and misplaced lines are named. */
import { describe, expect, test } from "vitest";
import { withDevices } from "../check/testing/fake-devices.ts";
import { fakeParts, filesOf } from "../check/testing/fake-run.ts";
import { readRecord } from "./read-record.ts";

const parts = withDevices(fakeParts(), { lost: { withBridge: ["d1:2"] } });
const files = filesOf(parts);
type File = "devices" | "bridges" | "held";
const linesOf = (file: File) => files[file].trimEnd().split("\n");
const read = (file: File, lines: readonly string[]) =>
  readRecord({ ...files, [file]: lines.map((line) => `${line}\n`).join("") });
const unreadable = (file: File, lines: readonly string[]) => read(file, lines).legibility[file].unreadable;
const at = (file: File, text: string) => linesOf(file).findIndex((line) => line.includes(text));

test("they are read as written; older records have none", () => {
  const { devices, legibility } = readRecord(files);
  expect(devices).toEqual({ sent: parts.devices, bridged: parts.bridges, held: parts.held });
  for (const file of ["devices", "bridges", "held"] as const)
    expect(legibility[file]).toEqual({ lines: linesOf(file).length, torn: false, unreadable: [], unreadableCount: 0 });
  const { devices: _, bridges: __, held: ___, ...older } = filesOf(fakeParts());
  expect(readRecord(older).devices).toEqual({ sent: [], bridged: [], held: [] });
});

describe("a device's line is named if", () => {
  test.each<[string, string[], string]>([
    [
      "that comes before its time",
      linesOf("devices")
        .toSpliced(6, 1)
        .concat(linesOf("devices")[6] as string),
      "it is earlier than the line before it",
    ],
    [
      "that sends what does not follow",
      linesOf("devices").toSpliced(at("devices", '"seq":4'), 1),
      "it does not follow message 3 of d1",
    ],
    [
      "that hands a message over twice",
      linesOf("devices").flatMap((line) =>
        line.includes('"handed-over"') && line.includes('"seq":10') ? [line, line] : [line],
      ),
      "d1:10 had been handed over before",
    ],
    [
      "it comes after the end",
      [...linesOf("devices"), linesOf("devices").at(-1) as string],
      "the devices had ended before it",
    ],
    ["its form is wrong", ['{"type":"sent","device":"d1"}'], "its seq is wrong"],
    [
      "of no time of the drill",
      ['{"type":"connected","device":"d1","side":"a","atMs":1e15}'],
      "at no time of the drill",
    ],
  ])("%s", (_, lines, why) => {
    expect(unreadable("devices", lines).join()).toContain(why);
  });
});

test("resent messages need not be in order", () => {
  const again = (linesOf("devices")[2] as string).replace('"again":false', '"again":true');
  expect(unreadable("devices", linesOf("devices").toSpliced(3, 0, again))).toEqual([]);
});

test("rows are in the order of the database's numbers, and nothing comes after their end", () => {
  const lines = linesOf("held");
  expect(unreadable("held", lines.with(1, lines[0] as string)).join()).toContain("its number is not above");
  expect(unreadable("held", [...lines, lines[0] as string]).join()).toContain("the rows had ended before it");
});

test("a bridge's times are by the containers' clock, if that is mapped", () => {
  const late = linesOf("bridges").with(1, (linesOf("bridges")[1] as string).replace(/"epochMs":\d+/, '"epochMs":9e15'));
  expect(unreadable("bridges", late).join()).toContain("its epochMs is at no time of the drill");
  const unmapped = filesOf({ ...parts, run: { ...parts.run, clock: null } });
  expect(readRecord({ ...unmapped, bridges: late.join("\n") }).legibility.bridges.unreadable).toEqual([]);
});

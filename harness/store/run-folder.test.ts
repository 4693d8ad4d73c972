import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeParts } from "../check/testing/fake-run.ts";
import { readRecord } from "../record/read-record.ts";
import { RunFolder } from "./run-folder.ts";

let path: string;
let folder: RunFolder;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "fhirdrill-folder-"));
  folder = new RunFolder(path);
  writeFileSync(join(path, "run.json"), "{}");
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const write = (name: string, content: string | Buffer) => writeFileSync(join(path, name), content);
const ledger = () => [...folder.readFiles().ledger];

describe("a file of lines comes in pieces", () => {
  test("that add up to the whole, wherever a character is split", () => {
    // With each length, another byte of a two- or four-byte character is at the border of a piece.
    for (const start of ["", "x", "xx", "xxx"]) {
      const text = `${start}${"é🩺".repeat(400_000)}`;
      write("ledger.ndjson", text);
      expect(ledger().length).toBeGreaterThan(2);
      expect(ledger().join("") === text).toBe(true);
    }
  });

  test("for any content", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        write("ledger.ndjson", text);
        expect(ledger().join("")).toBe(text);
      }),
      { seed: 13 },
    );
  });

  test("and a file cut off within a character is still visibly torn", () => {
    write("ledger.ndjson", Buffer.from("{}\né").subarray(0, -1));
    expect(ledger().join("")).toBe("{}\n\ufffd");
  });

  test("and anew for each reader, with what was appended meanwhile", () => {
    folder.appendEvent({ type: "note", atMs: 1, text: "first" });
    const { events } = folder.readFiles();
    const before = [...events].join("");
    expect([...events].join("")).toBe(before);
    folder.appendEvent({ type: "note", atMs: 2, text: "second" });
    expect([...events].join("")).toMatch(/first.*\n.*second/);
  });

  test.runIf(existsSync("/proc/self/fd"))("and is closed again, also by those who stop half-way", () => {
    write("ledger.ndjson", "x".repeat(3_000_000));
    // For this file only, because other tests in this process open and close files meanwhile.
    const isOfLedger = (fd: string) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === join(realpathSync(path), "ledger.ndjson");
      } catch {
        return false;
      }
    };
    const open = () => readdirSync("/proc/self/fd").filter(isOfLedger).length;
    const before = open();
    const { ledger } = folder.readFiles();
    for (const _ of ledger) {
      expect(open()).toBe(before + 1);
      break;
    }
    expect([...ledger].join("")).toHaveLength(3_000_000);
    expect(open()).toBe(before);
  });
});

test("a missing file has no pieces, but run.json must exist", () => {
  const { ledger, events, probes, audit } = folder.readFiles();
  expect([ledger, events, probes, audit].map((text) => [...text])).toEqual([[], [], [], []]);
  rmSync(join(path, "run.json"));
  expect(() => folder.readFiles()).toThrow("run.json");
});

test("an unreadable file does not count as empty, and is reported before it is read", () => {
  mkdirSync(join(path, "audit.ndjson"));
  expect(() => folder.readFiles()).toThrow(/EISDIR/);
});

test("recording after sealing breaks the seal, generated files do not", () => {
  const parts = fakeParts();
  folder.writeRun(parts.run);
  for (const event of parts.events) folder.appendEvent(event);
  write("ledger.ndjson", "é\n");
  folder.seal();
  write("verdict.json", "{}");
  write("report.html", "<p>");
  expect(readRecord(folder.readFiles()).brokenSeals).toEqual([]);
  folder.appendEvent({ type: "note", atMs: 1, text: "late" });
  expect(readRecord(folder.readFiles()).brokenSeals).toEqual([expect.stringMatching(/^events.ndjson was changed/)]);
});

test("the ledgers of other runners are read, counted and sealed if there are any", () => {
  const read = () => folder.readFiles().otherLedgers;
  expect(read()).toBeUndefined();
  const { bytes } = folder;
  write("ledger.k6-2.ndjson", "{}\n");
  write("ledger.k6-16.ndjson", "é");
  write("ledger.k6-17.ndjson", "no runner's");
  const texts = Object.entries(read() ?? {}).map(([runner, text]) => [runner, [...text].join("")]);
  expect(texts).toEqual([
    ["k6-2", "{}\n"],
    ["k6-16", "é"],
  ]);
  expect(folder.bytes - bytes).toBe(5);
  rmSync(join(folder.path, "ledger.k6-2.ndjson"));
  rmSync(join(folder.path, "ledger.k6-16.ndjson"));
  rmSync(join(folder.path, "ledger.k6-17.ndjson"));
});

describe("a large record", () => {
  const LINE = `${JSON.stringify({ type: "note", atMs: 1, text: "é".repeat(100) })}\n`;
  const large = () => {
    folder.writeRun(fakeParts().run);
    folder.appendEvent({ type: "note", atMs: 1, text: "first" });
    write("ledger.ndjson", LINE.repeat(300_000));
    write("audit.ndjson", LINE.repeat(2 ** 13));
  };
  const names = () => readdirSync(path).toSorted();
  const read = () => {
    const { otherLedgers: _, ...files } = folder.readFiles();
    return Object.entries(files).map(([name, text]) => [name, [...text].join("")]);
  };

  test("is packed if sealed, and reads as before, unless cut off; small files stay plain", () => {
    large();
    folder.seal();
    const before = read();
    folder.pack();
    expect(names()).toEqual(["audit.ndjson.zst", "events.ndjson", "ledger.ndjson.zst", "run.json", "seal.json"]);
    expect(read()).toEqual(before);
    expect(readRecord(folder.readFiles()).brokenSeals).toEqual([]);
    expect(folder.readText("audit.ndjson")).toHaveLength(LINE.length * 2 ** 13);
    expect(folder.bytes).toBeLessThan(1e6);
    write("audit.ndjson.zst", readFileSync(join(path, "audit.ndjson.zst")).subarray(0, -5));
    expect(() => readRecord(folder.readFiles())).toThrow(/^audit.ndjson.zst cannot be read: it is damaged/);
  });

  test("stays as it is without a seal", () => {
    large();
    folder.pack();
    expect(names()).toEqual(["audit.ndjson", "events.ndjson", "ledger.ndjson", "run.json"]);
  });
});

test("a small record is not packed", () => {
  write("ledger.ndjson", "x\n".repeat(1_000_000));
  folder.seal();
  folder.pack();
  expect(readdirSync(path).toSorted()).toEqual(["ledger.ndjson", "run.json", "seal.json"]);
});

import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DrillFailure } from "../../model/program/failure.ts";
import { type Entry, JOURNAL_FILE, Journal, readJournal, type Undo } from "./journal.ts";
import { Secrets } from "./secret.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, JOURNAL_FILE);
const container = { id: "4a5b", name: "shop-db-1" };
const FREEZE = { fault: "target-freeze", of: "db", undo: { how: "unpause", container } } as const;
const LOSS = { fault: "target-loss", of: "app", undo: { how: "start", container } } as const;
const hookOf = (...argv: [string, ...string[]]): Undo => ({
  how: "hook",
  heal: { argv, timeoutSeconds: 5 },
  evidence: { argv: ["see"], timeoutSeconds: 5 },
  environment: { PATH: "/bin", HOME: "/root", FHIRDRILL_FAULT: "power" },
  folder: "/srv",
});
const written = () => readJournal(folder).map(({ fault, healed }) => [fault, healed?.seen ?? null]);

test("an entry is on disk when `begin` returns, and so is its healing", () => {
  const journal = new Journal(folder, null);
  expect(readJournal(folder)).toEqual([]);
  const freeze = journal.begin(FREEZE);
  expect(readJournal(folder)).toEqual([{ ...FREEZE, at: freeze.at, healed: null }]);
  journal.begin({ fault: "hook", of: "power", undo: hookOf("heal", "it") });
  journal.healed(freeze, "it runs");
  expect(written()).toEqual([
    ["target-freeze", "it runs"],
    ["hook", null],
  ]);
  expect(readdirSync(folder)).toEqual([JOURNAL_FILE]);
});

test("a journal that is opened again keeps its entries", () => {
  new Journal(folder, null).begin(FREEZE);
  new Journal(folder, null).begin(LOSS);
  expect(written()).toEqual([
    ["target-freeze", null],
    ["target-loss", null],
  ]);
});

test("it is replaced atomically and survives a power cut: first the content, then the name, then anything is broken", () => {
  const { openSync, writeSync, fsyncSync, renameSync } = fs;
  const real = { openSync, writeSync, fsyncSync, renameSync };
  const calls: string[] = [];
  const names = new Map<number, string>();
  Object.assign(fs, {
    openSync: (name: string, flags: string) => {
      const file = real.openSync(name, flags);
      names.set(file, name.replace(folder, "."));
      return file;
    },
    writeSync: (file: number, text: string) => {
      calls.push(`write ${names.get(file)}`);
      return real.writeSync(file, text);
    },
    fsyncSync: (file: number) => {
      calls.push(`sync ${names.get(file)}`);
      real.fsyncSync(file);
    },
    renameSync: (from: string, to: string) => {
      calls.push(`rename ${to.replace(folder, ".")}`);
      real.renameSync(from, to);
    },
  });
  syncBuiltinESMExports();
  try {
    new Journal(folder, null).begin(FREEZE);
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
  expect(calls).toEqual(["write ./undo.json.part", "sync ./undo.json.part", "rename ./undo.json", "sync ."]);
});

test("a fault without a journal entry is not injected", () => {
  const journal = new Journal(join(folder, "not-there"), null);
  expect(() => journal.begin(FREEZE)).toThrow(DrillFailure);
});

test("a secret is not written: the fault is refused before anything is on disk", async () => {
  process.env.FHIRDRILL_TEST_SECRET = 'pa"ss word';
  const secrets = new Secrets();
  await secrets.read({ env: "FHIRDRILL_TEST_SECRET" });
  delete process.env.FHIRDRILL_TEST_SECRET;
  const journal = new Journal(folder, secrets);
  const heal = () => journal.begin({ fault: "hook", of: "power", undo: hookOf("curl", '-u admin:pa"ss word') });
  expect(heal).toThrow("the command that undoes it contains a secret");
  expect(existsSync(path())).toBe(false);
  journal.begin(FREEZE);
  expect(written()).toEqual([["target-freeze", null]]);
});

function failureOf(text: string): DrillFailure["text"] {
  writeFileSync(path(), text);
  try {
    readJournal(folder);
  } catch (error) {
    if (error instanceof DrillFailure) return error.text;
  }
  throw new Error("it was read");
}

test("a damaged journal is an error with the readable entries and their commands", () => {
  const journal = new Journal(folder, null);
  journal.healed(journal.begin(LOSS), "it runs");
  const { at } = journal.begin(FREEZE);
  journal.begin({ fault: "hook", of: "power", undo: hookOf("heal", "it's") });
  const text = readFileSync(path(), "utf8");

  const cut = failureOf(text.slice(0, -60));
  expect(cut.what).toBe(`the undo journal ${path()} is damaged`);
  expect(cut.why).toContain("2 entries are readable, 1 of them not healed");
  expect(cut.todo.split("\n").slice(1)).toEqual([`      target-freeze of db, of ${at}: docker unpause 4a5b`]);

  // An edited entry: the others are still named.
  const changed = failureOf(text.replace('"how":"unpause"', '"how":"wake"'));
  expect(changed.why).toMatch(/^1\.undo\.how: /);
  expect(changed.todo).toContain("cd /srv && env -i PATH=/bin HOME=/root FHIRDRILL_FAULT=power heal 'it'\\''s'");
  expect(changed.todo).not.toContain("docker");
});

test.each([
  ["not JSON", "¡no!"],
  ["nothing", ""],
  ["not a list", "{}"],
  [
    "an entry with more than it has",
    JSON.stringify([{ ...FREEZE, at: "2026-01-01T00:00:00Z", healed: null, also: 1 }]),
  ],
  ["an incomplete entry", JSON.stringify([{ fault: "target-freeze" } satisfies Partial<Entry>])],
])("%s is damage, and the journal cannot be used", (_, text) => {
  expect(failureOf(text).todo).toContain("read the file");
  expect(() => new Journal(folder, null)).toThrow("is damaged");
});

/** The search of a stolen copy, by this machine's shell in place of the thief's container. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { searchCopy } from "./stolen-data.ts";

const TEXT = "w-12345678";

let folder: string;
let copy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-thief-"));
  copy = join(folder, "copy");
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(copy, "base", "5"), { recursive: true });
  writeFileSync(join(copy, "gocryptfs.conf"), "{}");
  writeFileSync(join(copy, "base", "5", "16384"), Buffer.alloc(100_000, 0xaa));
});
afterEach(() => rmSync(folder, { recursive: true }));

const searched = () =>
  searchCopy(
    {
      exec: async ([program, ...args]) => {
        const env = { PATH: `${join(folder, "bin")}:${process.env.PATH}` };
        const { stdout, stderr, status } = spawnSync(program as string, args, { env, encoding: "utf8" });
        return { stdout, stderr, output: stdout + stderr, exitCode: status ?? 1 };
      },
    },
    copy,
    TEXT,
  );
const grep = (script: string) => {
  writeFileSync(join(folder, "bin", "grep"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin", "grep"), 0o755);
};

test("files and bytes are counted, and the added file is not", async () => {
  const { files, bytes, holding } = await searched();
  expect([files, holding]).toEqual([2, 0]);
  expect(bytes).toBeGreaterThanOrEqual(100_000);
});

test("a file that holds the text is found among any bytes, wherever it is", async () => {
  writeFileSync(join(copy, "base", "5", "16385"), Buffer.concat([Buffer.alloc(9000), Buffer.from(`${TEXT}\0\xff`)]));
  expect(await searched()).toMatchObject({ files: 3, holding: 1 });
});

test.each([
  ["cannot read a file", "echo ./control/text; echo 'grep: ./base: Input/output error' >&2; exit 2", /Input\/output/],
  [
    "does not know an option",
    "echo 'grep: unrecognized option: r' >&2; exit 1",
    /does not find the text in the file that was added/,
  ],
  ["is not there", "exit 127", /the copy of the data directory cannot be searched/],
])("a search that %s is a failure", async (_, script, why) => {
  grep(script);
  await expect(searched()).rejects.toThrow(why);
});

test("a file that was found counts, even if the search failed for another one", async () => {
  grep("echo ./base/5/16384; exit 2");
  expect(await searched()).toMatchObject({ files: 2, holding: 1 });
});

test("a copy that is not there cannot be searched", async () => {
  rmSync(copy, { recursive: true });
  await expect(searched()).rejects.toThrow(/the data directory cannot be searched: .*copy/);
});

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { filesInTar } from "./tar.ts";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-tar-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES = { empty: "", small: "x", block: "y".repeat(512), long: "z".repeat(70_001) };
mkdirSync(join(folder, "pg_wal", "archive_status"), { recursive: true });
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, "pg_wal", name), text);
writeFileSync(join(folder, "pg_wal", "archive_status", "done"), "inner");
/** Created by the tar program. */
const tar = spawnSync("tar", ["-C", folder, "-c", "pg_wal"]).stdout;

async function* inPieces(bytes: Buffer, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
async function filesOf(bytes: Buffer, length = 1000) {
  const files: Record<string, string> = {};
  for await (const { name, content } of filesInTar(inPieces(bytes, length))) files[name] = content.toString();
  return files;
}

test.each([1, 511, 512, 1000, 1_000_000])("all files are read, in chunks of %s bytes", async (length) => {
  expect(await filesOf(tar, length)).toEqual({ ...FILES, done: "inner" });
});

test("an archive that is truncated anywhere is an error", async () => {
  const end = tar.findLastIndex((byte) => byte !== 0);
  for (const length of [0, 100, 512, end - 5000, end])
    await expect(filesOf(tar.subarray(0, length))).rejects.toThrow("the tar archive is truncated");
});

test("other content is an error", async () => {
  await expect(filesOf(Buffer.alloc(2048, "no tar"))).rejects.toThrow("the tar archive is damaged");
});

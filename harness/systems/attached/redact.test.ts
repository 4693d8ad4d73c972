import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { redactFolder } from "./redact.ts";
import { Secrets } from "./secret.ts";

test("no file of a record has a secret afterwards, however deep and whoever wrote it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "redact "));
  mkdirSync(join(folder, "logs"));
  const files = { "ledger.ndjson": 'x "Bearer hush-hush" y', "logs/k6.log": "hush-hush\nhush-hush", "run.json": "{}" };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { ino, mtimeMs } = statSync(join(folder, "run.json"));
  const secrets = new Secrets();
  secrets.add("hush-hush");
  redactFolder(folder, secrets);
  const texts = Object.keys(files).map((name) => readFileSync(join(folder, name), "utf8"));
  expect(texts).toEqual(['x "Bearer ‹secret›" y', "‹secret›\n‹secret›", "{}"]);
  expect(statSync(join(folder, "run.json"))).toMatchObject({ ino, mtimeMs });
});

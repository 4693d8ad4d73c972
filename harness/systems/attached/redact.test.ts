import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { redactFolder } from "./redact.ts";
import { Secrets } from "./secret.ts";

test("no file of a record contains a secret afterwards, at any depth and by any writer", async () => {
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

test.each([5, 16, 40, 300])(
  "a file that is read in chunks of %d bytes contains no secret either, wherever it is split",
  (wholeBytes) => {
    const folder = mkdtempSync(join(tmpdir(), "redact "));
    const lines = Array.from({ length: 30 }, (_, i) => `${i} é ${i % 7 === 3 ? "Bearer hush-hush" : "nothing"}`);
    const text = `${lines.join("\n")}\nhush-hush`;
    writeFileSync(join(folder, "ledger.ndjson"), text);
    writeFileSync(join(folder, "run.json"), "{}\n".repeat(150));
    const { ino, mtimeMs } = statSync(join(folder, "run.json"));
    const secrets = new Secrets();
    secrets.add("hush-hush");
    redactFolder(folder, secrets, wholeBytes);
    expect(readFileSync(join(folder, "ledger.ndjson"), "utf8")).toBe(text.replaceAll("hush-hush", "‹secret›"));
    expect(statSync(join(folder, "run.json"))).toMatchObject({ ino, mtimeMs });
    expect(readdirSync(folder).toSorted()).toEqual(["ledger.ndjson", "run.json"]);
  },
);

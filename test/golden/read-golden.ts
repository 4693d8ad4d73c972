/** Real runs with their stored verdicts: one file each, with the run's files as text and the verdict. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import type { Verdict } from "../../harness/model/verdict/verdict.ts";
import type { RunFiles } from "../../harness/record/read-record.ts";

const FOLDER = new URL("./", import.meta.url);
const ENDING = ".json.br";

export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`${name}${ENDING}`, FOLDER));
}

export function goldenNames(): string[] {
  return readdirSync(FOLDER).flatMap((name) => (name.endsWith(ENDING) ? [name.slice(0, -ENDING.length)] : []));
}

export function readGolden(name: string): { files: RunFiles; verdict: Verdict } {
  return JSON.parse(brotliDecompressSync(readFileSync(goldenPath(name))).toString());
}

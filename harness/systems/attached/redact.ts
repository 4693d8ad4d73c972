/** Removes secrets from all files in a folder, including those that other programs wrote. */
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Secrets } from "./secret.ts";

type Redacting = Pick<Secrets, "redacted">;

/** Files up to this size are read at once; larger ones in chunks of this size: the largest would not fit into a string. */
const WHOLE_BYTES = 2 ** 26;
const NEWLINE = 10;

/** All other bytes stay; a file without a secret is not touched. */
export function redactFolder(path: string, secrets: Redacting, wholeBytes = WHOLE_BYTES): void {
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    if (statSync(file).size > wholeBytes) redactLines(file, secrets, wholeBytes);
    else redactWhole(file, secrets);
  }
}

function redactWhole(file: string, secrets: Redacting): void {
  const text = readFileSync(file, "utf8");
  const clean = secrets.redacted(text);
  if (clean !== text) writeFileSync(file, clean);
}

/** Works on whole lines, so that no secret is split. */
function redactLines(file: string, secrets: Redacting, chunkBytes: number): void {
  const part = `${file}.part`;
  const [from, to] = [openSync(file, "r"), openSync(part, "w")];
  let hasSecret = false;
  const pass = (bytes: Buffer) => {
    const text = bytes.toString("utf8");
    const clean = secrets.redacted(text);
    if (clean !== text) hasSecret = true;
    writeSync(to, clean === text ? bytes : Buffer.from(clean));
  };
  try {
    const buffer = Buffer.alloc(chunkBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (let length = readSync(from, buffer); length > 0; length = readSync(from, buffer)) {
      const chunk = Buffer.concat([rest, buffer.subarray(0, length)]);
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      pass(chunk.subarray(0, end));
      rest = Buffer.from(chunk.subarray(end));
    }
    pass(rest);
    if (hasSecret) renameSync(part, file);
  } finally {
    closeSync(from);
    closeSync(to);
    rmSync(part, { force: true });
  }
}

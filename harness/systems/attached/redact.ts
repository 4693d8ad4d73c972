/** Takes secrets out of whatever was written into a folder, also by others than us. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Secrets } from "./secret.ts";

/** Byte for byte otherwise: a file without a secret is not touched. */
export function redactFolder(path: string, secrets: Pick<Secrets, "redacted">): void {
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, "utf8");
    const clean = secrets.redacted(text);
    if (clean !== text) writeFileSync(file, clean);
  }
}

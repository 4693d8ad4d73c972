/** Builds what `npm pack` packs: `dist/`, laid out as the clone is, with JavaScript in place of TypeScript. */
import { execFileSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUILT_FROM, revision } from "../harness/run/revision.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const DIST = join(PROJECT, "dist");
/** What is read as it is, by its path. */
const COPIED = ["docker", "harness/report/run-page/page.css"];

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, [join(PROJECT, "node_modules/typescript/bin/tsc"), "-p", join(PROJECT, "package")], {
  stdio: "inherit",
});
for (const name of COPIED) cpSync(join(PROJECT, name), join(DIST, name), { recursive: true });
cpSync(join(PROJECT, "package/fhirdrill.sh"), join(DIST, "fhirdrill.sh"));
writeFileSync(join(DIST, BUILT_FROM), JSON.stringify(revision()));

/** The first start under settings of npm that do not suit; npm here is a script that does what such an npm would do. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

let project: string;
const within = (...path: string[]) => join(project, ...path);
const STAMP = "node_modules/.fhirdrill-installed";

/** What it leaves out is in LEAVES_OUT; what it was told, in a file. */
const NPM = `
  const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
  appendFileSync("told", process.argv.slice(2).join(" ") + "\\n");
  const leavesOut = (process.env.LEAVES_OUT ?? "").split(",");
  if (leavesOut.includes("all")) {
    console.error("npm error code E404\\nnpm error 404 Not Found - GET node\\nnpm error A complete log of this run is there");
    process.exit(1);
  }
  for (const name of ["node", "tester"].filter((each) => !leavesOut.includes(each))) {
    mkdirSync("node_modules/" + name, { recursive: true });
    writeFileSync("node_modules/" + name + "/package.json", "{}");
  }
  mkdirSync("node_modules/.bin", { recursive: true });
  const place = 'const fs = require("node:fs"); fs.mkdirSync("bin", { recursive: true }); fs.writeFileSync("bin/node", "#!/bin/sh\\\\n", { mode: 0o755 });';
  writeFileSync("node_modules/node/installArchSpecificPackage.js", leavesOut.includes("program") ? "" : place);
`;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "fhirdrill bootstrap ü#%20-"));
  mkdirSync(within("harness"));
  copyFileSync(fileURLToPath(new URL("bootstrap.mjs", import.meta.url)), within("harness/bootstrap.mjs"));
  writeFileSync(within("package.json"), '{"dependencies":{"node":"1"},"devDependencies":{"tester":"1"}}');
  writeFileSync(within("package-lock.json"), "{}");
  writeFileSync(within("npm-cli.js"), NPM);
  writeFileSync(within("npm"), `#!/bin/sh\nexec "${process.execPath}" "${within("npm-cli.js")}" "$@"\n`);
  chmodSync(within("npm"), 0o755);
});
afterEach(() => rmSync(project, { recursive: true }));

function bootstrap(env: Record<string, string> = {}): { status: number | null; stderr: string; told: string[] } {
  rmSync(within("told"), { force: true });
  const { status, stderr } = spawnSync(process.execPath, [within("harness/bootstrap.mjs")], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", npm_execpath: within("npm-cli.js"), ...env },
  });
  const told = existsSync(within("told")) ? readFileSync(within("told"), "utf8").trim().split("\n") : [];
  return { status, stderr, told };
}

test("installs once, over settings of the user's that would leave something out", () => {
  const first = bootstrap({ NODE_ENV: "production", npm_config_engine_strict: "true" });
  expect(first).toMatchObject({ status: 0, stderr: "installing packages\n" });
  expect(first.told).toEqual([expect.stringMatching(/^install .*--include=dev .*--engine-strict=false/)]);
  expect(bootstrap()).toEqual({ status: 0, stderr: "", told: [] });
});

test("scripts that the user ignores: Node's own is run all the same, and its program is where it is looked for", () => {
  expect(bootstrap().status).toBe(0);
  expect(spawnSync(within("node_modules/.bin/node")).status).toBe(0);
});

test.each([
  ["tester", "npm has left out tester"],
  ["program", "npm has left out node's program"],
  ["all", "404 Not Found - GET node"],
])("what lacks %s does not count as installed, and the next start mends it", (lacks, why) => {
  const broken = bootstrap({ LEAVES_OUT: lacks });
  expect(broken).toMatchObject({ status: 70, stderr: expect.stringContaining(`  why: ${why}\n   do: `) });
  expect(existsSync(within(STAMP))).toBe(false);
  expect(bootstrap().status).toBe(0);
});

test.each(["node_modules/tester", "node_modules/.bin/node"])("a stamp beside which %s is gone says nothing", (gone) => {
  expect(bootstrap().status).toBe(0);
  rmSync(within(gone), { recursive: true });
  expect(bootstrap()).toMatchObject({ status: 0, told: [expect.stringMatching(/^install /)] });
  expect(existsSync(within(gone))).toBe(true);
});

test("pnpm and bun are not asked: they know nothing of npm's lockfile", () => {
  const env = { npm_execpath: "/usr/lib/pnpm/bin/pnpm.cjs", PATH: `${project}:/usr/bin:/bin` };
  expect(bootstrap(env)).toMatchObject({ status: 0, told: [expect.stringMatching(/^install /)] });
});

test("where there is no npm at all, that is what is said", () => {
  const { status, stderr } = bootstrap({ npm_execpath: "", PATH: within("harness") });
  expect({ status, stderr }).toMatchObject({ status: 70, stderr: expect.stringContaining("no npm on the path") });
});

test("tests say so where they cannot run; drills can", () => {
  symlinkSync(fileURLToPath(new URL("../node_modules", import.meta.url)), within("node_modules"));
  copyFileSync(fileURLToPath(new URL("../vitest.config.ts", import.meta.url)), within("vitest.config.ts"));
  const { status, stderr } = spawnSync(process.execPath, ["vitest.config.ts"], { cwd: project, encoding: "utf8" });
  expect({ status, stderr }).toMatchObject({ status: 70, stderr: expect.stringContaining("tests cannot run in") });
});

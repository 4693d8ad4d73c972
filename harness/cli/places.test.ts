/** Which folder a path is relative to, by the command as users start it: through npm, from any folder. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "../model/program/failure.ts";
import { DEAD_ADDRESS } from "../system/testing/loopback-server.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = join(CHECKOUT, "harness/cli/main.ts");

let place: string;
beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-places-")));
  cpSync(join(CHECKOUT, "results/sample"), join(place, "mine/r1"), { recursive: true });
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function started(program: string, args: string[], cwd: string, set: Record<string, string> = {}) {
  const env = { ...process.env, ...set };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}
const byNpm = (cwd: string, ...args: string[]) =>
  started("npm", ["--prefix", CHECKOUT, "run", "--silent", "chaos", "--", ...args], cwd);
const byNode = (set: Record<string, string>, ...args: string[]) =>
  started(process.execPath, [MAIN, ...args], place, set);

describe("through npm, from another folder", () => {
  test("runs, output files and printed paths are relative to that folder", () => {
    const checked = byNpm(place, "check", "./mine");
    expect([checked.code, checked.err]).toEqual([0, ""]);
    expect(checked.out).toMatch(/^evidence {5}mine\/r1$/m);
    const { code, out } = byNpm(join(place, "mine"), "export", "csv", "r1", "-o", "../runs.csv");
    expect([code, out, existsSync(join(place, "runs.csv"))]).toEqual([0, "", true]);
    expect(byNpm(join(place, "mine/r1"), "report", ".", "-o", "page.html").out).toBe("page.html\n");
  });

  test("so are patterns and settings", () => {
    expect(byNpm(place, "trend", "min*/*", "--html", "trend.html").code).toBe(0);
    expect(existsSync(join(place, "trend.html"))).toBe(true);
    writeFileSync(join(place, "fhirdrill.config.mjs"), "export default { load: { ratePerSecond: 20 } };");
    expect(byNpm(place, "list", "scenarios").out).toContain("load by fhirdrill.config.mjs");
  });

  test("the same holds in a folder of the checkout itself", () => {
    expect(byNpm(join(CHECKOUT, "docs"), "table", "../results/sample").code).toBe(0);
    expect(byNpm(join(CHECKOUT, "docs"), "table", "./results/sample").code).toBe(EXIT.usage);
  });
});

describe("FHIRDRILL_RESULTS", () => {
  test("may be relative to the user's current folder", () => {
    const { code, out } = byNode({ FHIRDRILL_RESULTS: "mine" }, "check", "r1", "--json");
    expect([code, JSON.parse(out).folder]).toEqual([0, "mine/r1"]);
    expect(byNode({ FHIRDRILL_RESULTS: "./mine/" }, "table").code).toBe(0);
  });

  test("may name a folder that does not exist yet", () => {
    const set = { FHIRDRILL_RESULTS: "not/there", DOCKER_HOST: `tcp://${DEAD_ADDRESS}`, FHIRDRILL_NO_INSTALL: "1" };
    const doctor = byNode(set, "doctor");
    expect(doctor.out).toMatch(/disk +\d+ GiB free/);
    expect(doctor.err).toBe("");
    const table = byNode(set, "table");
    expect([table.code, table.err]).toEqual([
      EXIT.usage,
      expect.stringMatching(/^error: there is no run .*not\/there\n/),
    ]);
    expect(existsSync(join(place, "not"))).toBe(false);
  });

  test("is created by the first run, wherever it is, by its absolute path, because containers mount it", () => {
    const script = `import("${new URL("../store/results.ts", import.meta.url)}").then(({ newRunFolder }) =>
      console.log(newRunFolder("loss", "async", "r1").path))`;
    const { out } = started(process.execPath, ["-e", script], place, { FHIRDRILL_RESULTS: "not/there" });
    expect(out).toBe(`${join(place, "not/there/loss/async/r1")}\n`);
    expect(existsSync(join(place, "not/there/loss/async/r1/logs"))).toBe(true);
  });

  test("counts as unset if empty", () => {
    expect(byNode({ FHIRDRILL_RESULTS: "" }, "check", "sample").code).toBe(0);
  });
});

test("settings come from the user's current folder, else from the checkout", () => {
  // A checkout of its own: settings in the real one would affect everyone.
  const checkout = join(place, "checkout");
  mkdirSync(checkout);
  for (const name of ["harness", "scenarios", "package.json"])
    cpSync(join(CHECKOUT, name), join(checkout, name), { recursive: true });
  symlinkSync(join(CHECKOUT, "node_modules"), join(checkout, "node_modules"));
  const list = (cwd: string) =>
    started(process.execPath, [join(checkout, "harness/cli/main.ts"), "list", "scenarios"], cwd).out;
  const rate = "export default { load: { ratePerSecond: 20 } };";
  expect(list(place)).not.toContain("load by");
  writeFileSync(join(checkout, "fhirdrill.config.js"), rate);
  expect(list(place)).toContain("load by fhirdrill.config.js");
  writeFileSync(join(place, "fhirdrill.config.cjs"), "module.exports = {};");
  expect(list(place)).not.toContain("load by");
  expect(list(checkout)).toContain("load by fhirdrill.config.js");
});

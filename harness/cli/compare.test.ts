/** `compare` on fake runs, by the command as users type it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PLAN } from "../check/testing/fake-plan.ts";
import { EXIT } from "../model/program/failure.ts";
import { revision } from "../run/revision.ts";
import { stored } from "./testing/fake-store.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const HERE = (revision().commit as string).slice(0, 40);

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-compare-")));
  const strict = { ...PLAN.objectives, rpoSeconds: 0 };
  for (let i = 0; i < 5; i += 1) {
    const outage = (ms: number) => ({ outage: { afterMs: 10, ms: ms + 100 * i } });
    made(HERE, stored(root, ["loss", "async", `a${i}`], { ...outage(2000), lost: [10 + i] }));
    made("b".repeat(40), stored(root, ["loss", "slow", `s${i}`], { ...outage(4000), lost: [10 + i] }));
    made(HERE, stored(root, ["kept", "async", `k${i}`], { objectives: strict }));
    made(`${HERE}+changes`, stored(root, ["kept", "lossy", `l${i}`], { objectives: strict, lost: [10] }));
  }
  stored(root, ["loss", "slow", "s5"], {}, () => ({ audit: [] }));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function made(commit: string, path: string): void {
  const file = join(path, "run.json");
  const run = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...run, versions: { ...run.versions, commit } }));
}

function compare(...args: string[]): { code: number | null; out: string; err: string } {
  const env = { ...process.env, FHIRDRILL_RESULTS: root };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "compare", ...args], { env, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

describe("sets", () => {
  test.each([
    ["folders", () => [join(root, "loss/async"), join(root, "loss/slow")]],
    ["patterns", () => ["loss/a*/*", "loss/s*/*"]],
    ["configurations", () => ["config:async,scenario:loss", "config:slow"]],
    ["names alone", () => [`${root}/loss,config:async`, "slow"]],
  ])("named by %s are the same", (_name, sets) => {
    const { code, out, err } = compare(...sets());
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines[0]).toMatch(/^A {2}.* \(the baseline\): 5 hold$/);
    expect(lines[1]).toMatch(/^B {2}.*: 5 hold, 1 inconclusive$/);
    expect(out).toMatch(/\n {2}RTO, s +A 2\.22.*\(5\) +\+2 \[/);
    expect(out).toMatch(/\n {4}B worse +B 4\.22.*\(5\)/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("are found by commit, as git names it; a run with edited files does not match", () => {
    const json = (...sets: string[]) => JSON.parse(compare(...sets, "--json").out);
    const { sets, pairs } = json("commit:HEAD,scenario:kept", "commit:HEAD+changes");
    expect(sets.map(({ words }: { words: object }) => words)).toMatchObject([{ holds: 5 }, { broken: 5 }]);
    expect(pairs[0].a.runs).toEqual(["k0", "k1", "k2", "k3", "k4"]);
    expect(json(`commit:${HERE.slice(0, 9)}`, "commit:bbbbbbbbb").pairs).toHaveLength(1);
  });
});

describe("the exit code", () => {
  test("is 3 if the runs support an expression, with the runs listed; else 0", () => {
    const { code, out } = compare(
      "config:async,scenario:loss",
      "slow",
      "--fail-on",
      "rto>+20%",
      "--fail-on",
      "lost>+0",
    );
    expect(code).toBe(EXIT.regressed);
    expect(out).toContain("Regressed:\n- rto>+20%: loss: A async → B slow\n");
    expect(out.replaceAll(/\s+/g, " ")).toContain("See s4, s3, s2 and 2 more.");
    expect(compare("config:async,scenario:loss", "slow", "--fail-on", "rto>+3s").code).toBe(0);
  });

  test("is 3 without --fail-on if a check that held is broken; 0 in reverse, however many are broken", () => {
    const { code, out } = compare("kept/async", "kept/lossy");
    expect(code).toBe(EXIT.regressed);
    expect(out).toMatch(/\n- the promise of rpo: kept: A async → B lossy\n/);
    expect(compare("kept/lossy", "kept/async").code).toBe(0);
  });
});

describe("bad input", () => {
  test.each([
    [["config:async"], /^error: there is nothing to compare with\n/],
    [
      ["config:async", "nowhere"],
      /^error: there is no run nowhere\n {2}why: it is neither a place nor the configuration of a run/,
    ],
    [
      ["config:async", "config:none"],
      /^error: there is no run of config:none\n {2}why: available: scenarios kept, loss; /,
    ],
    [["config:async", "commit:no-such-branch"], /^error: there is no commit no-such-branch\n/],
    [["kept,loss", "config:async"], /^error: kept,loss is not a set of runs\n/],
    [
      ["config:async", "slow", "--fail-on", "rto>20%"],
      /^error: --fail-on rto>20% is not a valid expression\n {2}why: at character 4: /,
    ],
  ])("%j is a usage error", (args, text) => {
    const { code, out, err } = compare(...args);
    expect([code, out]).toEqual([EXIT.usage, ""]);
    expect(err).toMatch(text);
  });

  test("no scenario in common is a note, and a usage error with --fail-on", () => {
    const { code, out } = compare("kept", "scenario:loss");
    expect([code, out]).toEqual([0, expect.stringContaining("A and B have no scenario in common.")]);
    const decided = compare("kept", "scenario:loss", "--fail-on", "broken");
    expect(decided.code).toBe(EXIT.usage);
    expect(decided.out).toContain("A and B have no scenario in common.");
    expect(decided.err).toMatch(/^error: --fail-on has nothing to decide\n/);
  });

  test("an unreadable run is reported, and the rest is compared", () => {
    const file = join(root, "loss/async/a0/verdict.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("fhirdrill.verdict/1", "fhirdrill.verdict/0"));
    const { code, out, err } = compare("loss/async", "slow");
    writeFileSync(file, text);
    expect(code).toBe(EXIT.inconclusive);
    expect(err).toMatch(
      /^left out: .*a0\n {2}why: its verdict\.json is of fhirdrill\.verdict\/0, not of fhirdrill\.verdict\/1\n$/,
    );
    expect(out).toMatch(/: 4 hold\n/);
  });

  test("a run in both sets counts in neither", () => {
    const { code, out } = compare("loss/async", "loss");
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, " ")).toContain("In both A and B, so left out of both: a0, a1, a2, a3, a4.");
    expect(out).toContain("A has no comparable run.");
  });
});

test("as Markdown, as JSON and as a page", () => {
  const html = join(root, "page.html");
  const { code, out } = compare("config:async,scenario:loss", "slow", "--markdown", "--html", html);
  expect(code).toBe(0);
  expect(out).toMatch(/\n\| RTO, s \| 2\.22/);
  expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  const json = JSON.parse(compare("config:async,scenario:loss", "slow", "--json").out);
  const row = json.pairs[0].rows.find(({ name }: { name: string }) => name === "rto");
  expect(row).toMatchObject({ word: "worse", a: { runs: ["a0", "a1", "a2", "a3", "a4"] } });
  expect(json.leftOut).toEqual([]);
  expect(compare("config:async", "slow", "--html", join(root, "no/such/folder.html")).code).toBe(EXIT.usage);
});

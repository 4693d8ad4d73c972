/** `nightly`, by the command, on fake runs: all drills of the nights are done, so only what follows them runs. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import type { Config } from "../model/plan/config.ts";
import { type Done, MATRIX_SCHEMA } from "../model/plan/matrix.ts";
import { EXIT } from "../model/program/failure.ts";
import { MatrixFolder } from "../store/matrix-folder.ts";
import { goodNightsBefore, NIGHT_SCHEMA, writeNight } from "../store/nights.ts";
import { stored } from "./testing/fake-store.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const DRILLS = 4;

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-nightly-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A night of drills, each given as its number of lost writes, or as one that could not be run. */
function plan(id: string, losses: (number | null)[]): void {
  const cell = { scenario: "loss", config: "async", seed: 1 };
  const drills = losses.map((_, drill) => ({ drill, ...cell, repeat: drill + 1 }));
  const what = { scenarios: [regionLoss], configs: [CONFIGS[0] as Config], seed: 1, repeat: DRILLS };
  const rest = { rate: null, images: {}, prices: null, refused: [], drills };
  const folder = MatrixFolder.create({ schema: MATRIX_SCHEMA, id, ...what, ...rest }, root);
  for (const [index, count] of losses.entries()) {
    const planned = { ...(drills[index] as (typeof drills)[number]), leaks: 0 };
    const failure = { what: "no <engine>", why: "it is gone", todo: "start it" };
    const end: Done =
      count === null ? { ...planned, failure } : { ...planned, run: run(id, index, count), verdict: "holds" };
    folder.append(end);
    if (count === null) folder.append(end);
  }
}

function run(night: string, index: number, count: number): string {
  const id = `${night}-${index}`;
  stored(root, ["loss", "async", id], { lost: Array.from({ length: count }, (_, n) => n + 10) });
  return `loss/async/${id}`;
}

function nightly(id: string, env: Record<string, string> = {}): { code: number | null; out: string; night: unknown } {
  const options = { env: { ...process.env, FHIRDRILL_RESULTS: root, ...env }, encoding: "utf8" } as const;
  const { status, stdout } = spawnSync(process.execPath, [MAIN, "nightly", "--resume", id], options);
  const path = join(root, "matrix", id, "night.json");
  return { code: status, out: stdout, night: existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null };
}

const usual = [1, 2, 2, 3];
const GOOD = ["2026-11-01", "2026-11-02", "2026-11-03"];
function goodNights(): void {
  for (const id of GOOD) {
    plan(id, usual);
    const night = { comparedWith: [], runs: DRILLS, regressions: [] };
    writeNight(MatrixFolder.open(id, root), { schema: NIGHT_SCHEMA, ...night }, {});
  }
}

test("the first night has no baseline, and is the baseline of the next", () => {
  plan("2026-11-01", usual);
  const { code, out, night } = nightly("2026-11-01");
  expect(code).toBe(0);
  expect(out).toContain("First night: nothing to compare with yet.");
  expect(out).toMatch(/\nall runs: \S+index\.html\n$/);
  expect(readFileSync(join(root, "index.html"), "utf8")).toContain(`<p>${DRILLS} hold</p>`);
  expect(night).toMatchObject({ comparedWith: [], runs: DRILLS, regressions: [] });
  plan("2026-11-02", usual);
  expect(nightly("2026-11-02")).toMatchObject({ code: 0, night: { comparedWith: ["2026-11-01"], regressions: [] } });
});

test("a night that lost more fails, is reported, and is not in the next baseline", () => {
  goodNights();
  plan("2026-11-04", [20, 25, 30, 31]);
  const summary = join(root, "step-summary");
  writeFileSync(summary, "before\n");
  const { code, out, night } = nightly("2026-11-04", { GITHUB_STEP_SUMMARY: summary });
  expect(code).toBe(EXIT.regressed);
  expect(out).toContain("regressed against the last 3 good nights.");
  expect(night).toMatchObject({ comparedWith: GOOD, regressions: [expect.stringMatching(/^lost>\+0: loss/)] });
  expect(readFileSync(summary, "utf8")).toMatch(/^before\n## Night 2026-11-04\n[\s\S]*\*\*Regressed\*\*/);
  const junit = readFileSync(join(root, "matrix/2026-11-04/junit.xml"), "utf8");
  expect(junit.match(/<testsuite /g)).toHaveLength(DRILLS);
  plan("2026-11-05", [20, 25, 30, 31]);
  expect(nightly("2026-11-05")).toMatchObject({ code: EXIT.regressed, night: { comparedWith: GOOD } });
});

test("a single bad drill among good ones is no regression", () => {
  goodNights();
  plan("2026-11-04", [1, 2, 2, 40]);
  expect(nightly("2026-11-04").code).toBe(0);
});

test("a drill that could not be run fails the night, and its reason is escaped", () => {
  plan("2026-11-01", [...usual, null]);
  const { code, out } = nightly("2026-11-01");
  expect(code).toBe(EXIT.internal);
  expect(out).toContain("some drills could not be run");
  const summary = readFileSync(join(root, "matrix/2026-11-01/summary.md"), "utf8");
  expect(summary).toContain("- not run: loss × async: no \\<engine\\>: it is gone");
});

test("a night without a readable run proves nothing, and is not a good night", () => {
  goodNights();
  plan("2026-11-04", usual);
  for (let index = 0; index < DRILLS; index += 1)
    writeFileSync(join(root, `loss/async/2026-11-04-${index}/verdict.json`), "{");
  const { code, out, night } = nightly("2026-11-04");
  expect([code, night]).toMatchObject([EXIT.inconclusive, { runs: 0 }]);
  expect(out).toContain("B has no comparable run");
  expect(goodNightsBefore("2026-11-05", 9, root).map(({ plan }) => plan.id)).toEqual(GOOD);
});

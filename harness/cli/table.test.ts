/** `table` and the end of `matrix`, by the command, on fake runs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { PLAN } from "../check/testing/fake-plan.ts";
import { type Done, MATRIX_SCHEMA } from "../model/plan/matrix.ts";
import { EXIT } from "../model/program/failure.ts";
import { MatrixFolder } from "../store/matrix-folder.ts";
import { tableCommand } from "./table.ts";
import { captured, stored } from "./testing/fake-store.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-table-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function fhirdrill(...args: string[]): { code: number | null; out: string; err: string } {
  const env = { ...process.env, FHIRDRILL_RESULTS: root };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { env, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}
const table = (names: string[], options = {}) => captured(() => tableCommand(names, options));
const holding = (id: string, lost: number[]) => stored(root, ["loss", "async", id], { lost });
const broken = () =>
  stored(root, ["loss", "sync", "r3"], { lost: [10], objectives: { ...PLAN.objectives, rpoSeconds: 0 } });
const inconclusive = () => stored(root, ["loss", "async", "r4"], {}, () => ({ audit: [] }));

describe("table", () => {
  test("shows all results, one row per configuration", async () => {
    holding("r1", [10]);
    holding("r2", [10, 11, 12]);
    broken();
    inconclusive();
    const { code, out, err } = await table([root]);
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines.slice(0, 5)).toEqual([
      "loss",
      "    runs                           lost             RTO, s        downtime, s",
      "  async",
      "    2 hold                            2               3.02               3.05",
      "    1 inconclusive                1 … 3",
    ]);
    expect(lines[5]).toBe("  sync");
    expect(lines[6]).toMatch(/^ {4}1 broken {25} 1 /);
    expect(out).toMatch(/\nInconclusive:\n- .*r4\n {2}\S.*\n/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("shows some of them, by pattern, as Markdown and as JSON", async () => {
    holding("r1", [10]);
    broken();
    expect((await table([`${root}/loss/sync/**`], { markdown: true })).out).toMatch(
      /\n\| loss \| sync \| 1 broken \| 2026-01-01 \| 1 \| .*\n\n/,
    );
    const { rows, leftOut } = JSON.parse((await table([join(root, "loss/async/r1")], { json: true })).out);
    expect(leftOut).toEqual([]);
    expect(rows).toMatchObject([
      {
        scenario: "loss",
        config: "async",
        runs: 1,
        words: { holds: 1 },
        figures: { lost: { n: 1, median: { value: 1 } } },
      },
    ]);
  });

  test.each([
    ["none", (path: string) => rmSync(join(path, "verdict.json")), "it has no verdict.json that can be read"],
    [
      "a torn one",
      (path: string) => writeFileSync(join(path, "verdict.json"), "{"),
      /^its verdict\.json is not JSON: /,
    ],
    [
      "one of another schema",
      (path: string) => edit(path, (verdict) => ({ ...verdict, schema: "fhirdrill.verdict/0" })),
      "its verdict.json is of fhirdrill.verdict/0, not of fhirdrill.verdict/1",
    ],
    [
      "one of fewer measures",
      (path: string) => edit(path, ({ measures: _, ...verdict }) => ({ ...verdict, measures: {} })),
      /^its verdict\.json is damaged or of another version: measures\.lost: /,
    ],
    ["no run.json", (path: string) => rmSync(join(path, "run.json")), "it has no run.json that can be read"],
  ])("reports and leaves out a run with %s, and exits as incomplete", async (_name, spoil, why) => {
    holding("r1", [10]);
    const path = holding("r2", [10, 11]);
    spoil(path);
    const { code, out, err } = await table([root]);
    expect(code).toBe(EXIT.inconclusive);
    expect(out).toContain("    1 hold   ");
    const [first, second, ...rest] = err.split("\n");
    expect([first, rest]).toEqual([`left out: ${relative(process.cwd(), path)}`, [""]]);
    expect(second?.replace("  why: ", "")).toEqual(typeof why === "string" ? why : expect.stringMatching(why));
  });
});

function edit(path: string, change: (verdict: Record<string, unknown>) => object): void {
  const file = join(path, "verdict.json");
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")))));
}

describe("matrix", () => {
  const refused = [{ scenario: "loss", config: "none", reason: "nobody fails over, so there is nothing to see" }];

  /** One with two drills, of which nothing is left to do. */
  function ended(
    ...ends: (
      | { run: string; verdict: "holds" | "broken" }
      | { failure: Done extends infer D ? (D extends { failure: infer F } ? F : never) : never }
    )[]
  ): void {
    const drills = ends.map((_, drill) => ({ drill, scenario: "loss", config: "async", repeat: drill + 1, seed: 1 }));
    const what = {
      scenarios: [regionLoss],
      configs: [...CONFIGS],
      repeat: 2,
      seed: 1,
      rate: null,
      images: {},
      prices: null,
    };
    const folder = MatrixFolder.create({ schema: MATRIX_SCHEMA, id: "m1", ...what, refused, drills }, root);
    for (const [index, end] of ends.entries()) {
      const done = { ...(drills[index] as (typeof drills)[number]), ...end, leaks: index };
      folder.append(done);
      // The second attempt is the last.
      if ("failure" in end) folder.append({ ...done, leaks: 0 });
    }
  }

  test("ends with what was done and refused, and the exit code of the worst verdict", () => {
    holding("r1", [10]);
    broken();
    ended({ run: "loss/async/r1", verdict: "holds" }, { run: "loss/sync/r3", verdict: "broken" });
    const { code, out, err } = fhirdrill("matrix", "--resume", "m1");
    expect(code).toBe(EXIT.broken);
    expect(err).toContain("refused: loss × none: nobody fails over");
    expect(out).toMatch(/^\nloss\n[\s\S]* 1 hold [\s\S]* 1 broken /);
    expect(out.split("\n").slice(-4)).toEqual([
      "refused      loss × none: nobody fails over, so there is nothing to see",
      "done: 2, failed: 0, refused: 1, leaks: 1",
      `evidence     ${relative(process.cwd(), join(root, "matrix/m1"))}`,
      "",
    ]);
  });

  test("with a drill that could not be run ends with 70, and names it", () => {
    holding("r1", [10]);
    ended({ run: "loss/async/r1", verdict: "holds" }, { failure: { what: "k6 is gone", why: "a test", todo: "look" } });
    const { code, out } = fhirdrill("matrix", "--resume", join(root, "matrix/m1"));
    expect(code).toBe(EXIT.internal);
    expect(out).toMatch(/\nfailed {7}loss × async, 2: k6 is gone: a test\ndone: 1, failed: 1, refused: 1, leaks: 1\n/);
    const json = JSON.parse(fhirdrill("matrix", "--resume", "m1", "--json").out);
    expect(json).toMatchObject({ matrix: "m1", done: 1, failed: [{ drill: 1 }], refused, leaks: 1, leftOut: [] });
    expect(json.rows).toHaveLength(1);
  });

  test.each([
    [["--resume", "m2"], /^error: there is no matrix m2\n/],
    [
      ["--resume", "m1", "--repeat", "2"],
      /option '--resume <matrix>' cannot be used with option '-n, --repeat <times>'/,
    ],
    [
      ["--scenarios", "region-loss,nothing"],
      /^error: there is no scenario "nothing"\n {2}why: available: region-loss, /,
    ],
    [["--repeat", "0"], /It must be a whole number from 1 to 1000/],
  ])("%j is a usage error, and no plan is left", (args, text) => {
    const { code, out, err } = fhirdrill("matrix", ...args);
    expect([code, out]).toEqual([EXIT.usage, ""]);
    expect(err).toMatch(text);
    expect(readdirSync(root)).toEqual([]);
  });
});

import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PLAN } from "../check/testing/fake-plan.ts";
import { RunFolder } from "../store/run-folder.ts";
import { rejudge } from "./rejudge.ts";
import { checked, stored } from "./testing/fake-store.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-check-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const holding = (id = "r1") => stored(root, ["loss", "async", id], { lost: [10] });
const broken = () =>
  stored(root, ["loss", "sync", "r2"], { lost: [10], objectives: { ...PLAN.objectives, rpoSeconds: 0 } });
const inconclusive = () => stored(root, ["partition", "async", "r3"], {}, () => ({ audit: [] }));
const spoilt = (path: string) => writeFileSync(join(path, "run.json"), "{");

describe("one run", () => {
  test("is printed in full, without a line of counts", async () => {
    const { code, out, err } = await checked([holding()]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^HOLDS {2}loss × async\n1 acknowledged writes were lost; [\s\S]*\nevidence [\s\S]*\nagain .*\n$/,
    );
  });

  test("as the only one in a folder is printed in full, too", async () => {
    expect((await checked([holding()])).out).toBe((await checked([root])).out);
  });
});

describe("many runs", () => {
  test("have one line each, by path, and a last line with counts", async () => {
    for (const make of [inconclusive, broken, holding]) make();
    symlinkSync("loss/async/r1", join(root, "latest"));
    for (const names of [[root], [`${root}/**`], [join(root, "latest"), root]]) {
      const { code, out, err } = await checked(names);
      expect([code, err]).toEqual([1, ""]);
      const place = (run: string) => relative(process.cwd(), join(root, run));
      expect(out.split("\n")).toEqual([
        `HOLDS           1 lost    3.05 s  loss × async  ${place("loss/async/r1")}`,
        `BROKEN          1 lost    3.05 s  loss × sync  ${place("loss/sync/r2")}`,
        `INCONCLUSIVE    ? lost    3.05 s  partition × async  ${place("partition/async/r3")}`,
        "3 runs: 1 hold, 1 broken, 1 inconclusive; 0 changed",
        "",
      ]);
    }
  });

  test("list their changes below their line", async () => {
    const path = holding();
    holding("r4");
    const { verdict } = rejudge(path);
    if (verdict === null) throw new Error("it must be judged for this");
    const { measures } = verdict;
    new RunFolder(path).writeVerdict({ ...verdict, measures: { ...measures, lost: { ...measures.lost, count: 7 } } });
    const { out } = await checked([root]);
    expect(out).toMatch(/r1\n {2}lost: 7 → 1\nHOLDS .*r4\n2 runs: 2 hold, .*; 1 changed\n$/);
  });

  test("as JSON are one line each", async () => {
    for (const make of [holding, broken]) make();
    spoilt(inconclusive());
    const { code, out } = await checked([root], true);
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines.map(({ verdict }) => verdict)).toEqual(["holds", "broken", "inconclusive"]);
    expect(lines[0]).toMatchObject({
      schema: "fhirdrill.verdict/1",
      run: "r1",
      changes: [],
      measures: { lost: { count: 1 } },
    });
    expect(lines[2]).toMatchObject({
      folder: expect.stringMatching(/r3$/),
      failure: { why: expect.stringContaining("run.json") },
    });
  });
});

describe("the exit code is that of the worst run", () => {
  test.each([
    [0, [() => holding(), () => holding("r4")]],
    [2, [() => holding(), inconclusive]],
    [1, [inconclusive, broken, () => holding()]],
    [2, [() => holding(), () => spoilt(holding("r4"))]],
    [1, [broken, () => spoilt(holding("r4"))]],
    [2, [() => spoilt(holding("r4"))]],
  ])("%i", async (code, makers) => {
    for (const make of makers) make();
    expect((await checked([root])).code).toBe(code);
  });
});

test("a run that cannot be judged is reported in three lines and counted, and the others are judged", async () => {
  spoilt(holding());
  holding("r4");
  const { out, err } = await checked([root]);
  expect(err).toMatch(/^error: .*r1 cannot be judged\n {2}why: run.json cannot be read: .*\n {3}do: restore it .*\n$/);
  expect(out).toMatch(/^HOLDS .*r4\n2 runs: 1 hold, 0 broken, 0 inconclusive, 1 cannot be judged; 0 changed\n$/);
});

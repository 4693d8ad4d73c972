/** `report`, by the command, on fake runs on disk. Pages are tested in a browser in test/browser. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PLAN, type Plan } from "../check/testing/fake-plan.ts";
import type { Parts } from "../check/testing/fake-run.ts";
import { EXIT } from "../model/program/failure.ts";
import { wordsIn } from "../report/testing/words.ts";
import { RunFolder } from "../store/run-folder.ts";
import { reportCommand, writePageIfPossible } from "./report.ts";
import { captured, changeRun, stored } from "./testing/fake-store.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-report-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const report = (names: string[], options = {}) => captured(() => reportCommand(names, options));
const holding = (id = "r1") => stored(root, ["loss", "async", id], { lost: [10] });
const page = (path: string) => readFileSync(join(path, "report.html"), "utf8");
const words = (path: string) => wordsIn(page(path));

describe("the page is written", () => {
  test("into the run's folder, and its path is printed relative to the current folder", async () => {
    const path = holding();
    symlinkSync("loss/async/r1", join(root, "latest"));
    const { code, out, err } = await report([join(root, "latest")]);
    expect([code, out, err]).toEqual([0, `${relative(process.cwd(), join(path, "report.html"))}\n`, ""]);
    expect(page(path)).toMatch(/^<!doctype html>/);
  });

  test("elsewhere, for one run only", async () => {
    const [path, elsewhere] = [holding(), join(root, "page.html")];
    const { out } = await report([path], { output: elsewhere });
    expect(out).toBe(`${relative(process.cwd(), elsewhere)}\n`);
    expect([existsSync(elsewhere), existsSync(join(path, "report.html"))]).toEqual([true, false]);
    holding("r2");
    await expect(report([root], { output: elsewhere })).rejects.toMatchObject({ exitCode: EXIT.usage });
  });

  test("for many runs, even if others fail", async () => {
    const [old, good, spoilt] = [holding("r1"), holding("r2"), holding("r3")];
    const run = readFileSync(join(old, "run.json"), "utf8");
    writeFileSync(join(old, "run.json"), run.replace("fhirdrill.run/2", "fhirdrill.run/1"));
    rmSync(join(spoilt, "run.json"));
    const { code, out, err } = await report([root]);
    expect([code, out]).toEqual([EXIT.inconclusive, `${relative(process.cwd(), join(good, "report.html"))}\n`]);
    expect(err).toMatch(/r1 has no page\n {2}why: .*fhirdrill\.run\/1.*\n {3}do: .*\n/);
    expect(err).toMatch(/r3 has no page\n {2}why: run.json is missing.*\n {3}do: /);
  });
});

describe("the verdict on it", () => {
  test("is the stored one, with a note if today's judge counts differently", async () => {
    const path = holding();
    const file = join(path, "verdict.json");
    const verdict = JSON.parse(readFileSync(file, "utf8"));
    verdict.measures.lost.count = 0;
    writeFileSync(file, JSON.stringify(verdict));
    await report([path]);
    expect(words(path)).toContain("verdict.json counts 0 lost, the judge that made this page 1");
  });

  test.each([
    ["has no verdict.json", (file: string) => rmSync(file)],
    ["has a verdict.json that cannot be read", (file: string) => writeFileSync(file, "{")],
    ["has a verdict.json that cannot be read", (file: string) => writeFileSync(file, '{"verdict":"holds"}')],
  ])("is judged again if the run %s", async (why, spoil) => {
    const path = holding();
    spoil(join(path, "verdict.json"));
    expect((await report([path])).code).toBe(0);
    expect(words(path)).toContain(`The run ${why}: its record was judged again for this page.`);
    expect(words(path)).toContain(
      "HOLDS After region-loss of A, 1 acknowledged write was lost; nobody could write for 3.05 s.",
    );
  });
});

describe("an unknown value is never 0", () => {
  const drawn = async (path: string) => {
    await report([path]);
    return words(path);
  };
  const fake = (changes: Partial<Plan>, edit?: (parts: Parts) => Partial<Parts>) =>
    stored(root, ["loss", "async", "r1"], changes, edit);

  test("without an audit", async () => {
    const text = await drawn(fake({}, () => ({ audit: [] })));
    expect(text).toContain("how many acknowledged writes were lost is not known; nobody could write for 3.05 s.");
    expect(text).toMatch(/Lost writes not known .*RPO not known/);
    expect(text).toMatch(/Lost and stranded writes what B holds is not known: /);
  });

  test("an outage that had not ended is a lower bound", async () => {
    const text = await drawn(fake({ outage: { afterMs: 10, ms: null }, operator: null }));
    expect(text).toMatch(/nobody could write for more than 7\.\d\d s\./);
    expect(text).toMatch(/RTO more than 7\.\d\d s no end observed before the load ended objective 3600 s/);
  });

  test("a run that ended before its load", async () => {
    const path = fake({}, () => ({ operations: [], events: [], probes: [], audit: [] }));
    changeRun(path, () => ({ state: "failed", reason: "no engine", clock: null, k6: null }));
    const text = await drawn(path);
    expect(text).toContain("It was given up before its first phase: no engine.");
    expect(text).toContain("INCONCLUSIVE");
    expect(text).toContain("No write is recorded");
    expect(text).toMatch(/Lost writes not known .*Nobody could write not known .*RTO not known/);
  });

  test("a figure without an objective is not shown as unknown", async () => {
    const path = fake({ outage: null, operator: null });
    changeRun(path, ({ scenario }) => ({ scenario: { ...scenario, disaster: null } }));
    const text = await drawn(path);
    expect(text).toMatch(/RTO not applicable/);
  });
});

test("an incomplete run says so, and where it ended", async () => {
  const path = holding();
  changeRun(path, () => ({ state: "interrupted", reason: "interrupted" }));
  await report([path]);
  expect(words(path)).toContain("This run is incomplete. It was interrupted in phase audit.");
});

test("texts of the record are escaped on the page", async () => {
  const evil = `<img src=x onerror="alert(1)"></script><script>alert(2)</script>`;
  const path = stored(root, ["loss", "async", "r1"], { lost: [10] }, ({ events, operations }) => ({
    events: [...events, { type: "note", atMs: 9000, text: evil }],
    operations: operations.map((op) => (op.n === 10 ? { ...op, servedBy: evil, stored: [`Patient/${evil}/1`] } : op)),
  }));
  changeRun(path, (run) => ({
    ...{ command: evil, reason: evil, state: "failed" },
    ...{ versions: { [evil]: evil }, host: { evil }, scenario: { ...run.scenario, asks: evil } },
  }));
  await report([path]);
  const html = page(path);
  expect(html).not.toMatch(/<img|<script>alert/);
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;/g)?.length).toBeGreaterThan(5);
});

test("a failure to make a drill's page is reported, and changes nothing else", async () => {
  const path = holding();
  mkdirSync(join(path, "report.html"));
  let place: string | null = "unset";
  const { err } = await captured(() => {
    place = writePageIfPossible(new RunFolder(path));
    return 0;
  });
  expect(place).toBeNull();
  expect(err).toMatch(/^error: the page cannot be written to .*report.html\n {2}why: .*\n {3}do: .*\n$/);
  expect(existsSync(join(path, "report.html.part"))).toBe(false);
});

test("the objectives are those of the configuration", async () => {
  const objectives = { ...PLAN.objectives, rpoSeconds: 7, rtoSeconds: 11, lostWrites: 5 };
  const path = stored(root, ["loss", "async", "r1"], { objectives, lost: [10] });
  await report([path]);
  expect(words(path)).toMatch(/objective: at most 5 ✓ holds .*objective 11 s ✓ holds .*objective 7 s ✓ holds/);
});

/** `report --index`, by the command, on fake runs on disk. The content of cells is tested in report/overview. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
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
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "../model/program/failure.ts";
import { wordsIn } from "../report/testing/words.ts";
import { reportCommand } from "./report.ts";
import { indexCommand } from "./report-index.ts";
import { captured, changeRun, stored } from "./testing/fake-store.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

let root: string;
let output: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-index-")));
  output = join(root, "runs.html");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const index = () => captured(() => indexCommand([root], { output }));
const holding = (id = "r1", config = "async") => stored(root, ["loss", config, id]);
const text = (path = output) => readFileSync(path, "utf8");
const words = () => wordsIn(text());
const links = (path = output) => [...text(path).matchAll(/href="([^#"]*)"/g)].map(([, to]) => to as string);

function fhirdrill(...args: string[]): { code: number | null; out: string; err: string } {
  const env = { ...process.env, FHIRDRILL_RESULTS: root };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { env, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

describe("the page of all runs", () => {
  test("is in the results folder, and its links lead to the runs' pages", () => {
    const path = holding();
    holding("r2", "sync");
    symlinkSync("loss/async/r1", join(root, "latest"));
    writeFileSync(join(path, "report.html"), "made before");
    const place = join(root, "index.html");
    expect(fhirdrill("report", "--index")).toEqual({ code: 0, out: `${relative(process.cwd(), place)}\n`, err: "" });
    expect(new Set(links(place))).toEqual(new Set(["loss/async/r1/report.html", "loss/sync/r2/report.html"]));
    for (const link of links(place)) expect(existsSync(join(dirname(place), link))).toBe(true);
    expect(readFileSync(join(path, "report.html"), "utf8")).toBe("made before");
  });

  test("without runs is an error that tells what to do", () => {
    const { code, out, err } = fhirdrill("report", "--index");
    expect([code, out, existsSync(join(root, "index.html"))]).toEqual([EXIT.usage, "", false]);
    expect(err).toMatch(
      /^error: there is no run in .*\n {2}why: .*\n {3}do: run a drill first: npm run chaos -- run\n$/,
    );
  });

  test("is never replaced by a page of some runs", async () => {
    holding();
    const some = captured(() => indexCommand([root], {}));
    await expect(some).rejects.toMatchObject({ exitCode: EXIT.usage });
    await expect(captured(() => reportCommand([], {}))).rejects.toMatchObject({ exitCode: EXIT.usage });
  });

  test("links to pages in folders of any name", async () => {
    const path = stored(join(root, "a #1 100%"), ["loss", "async", "r1"]);
    expect((await index()).code).toBe(0);
    expect(new Set(links())).toEqual(new Set(["a%20%231%20100%25/loss/async/r1/report.html"]));
    expect(existsSync(join(path, "report.html"))).toBe(true);
  });
});

describe("no page", () => {
  test("is made from a verdict without its record", async () => {
    const path = holding();
    for (const name of ["ledger", "events", "probes", "audit"]) rmSync(join(path, `${name}.ndjson`));
    expect((await index()).code).toBe(0);
    expect([links(), existsSync(join(path, "report.html"))]).toEqual([[], false]);
    expect(words()).toMatch(/✓ holds 2026-01-01 00:00 \(no page\)/);
  });

  test("that cannot be made is left out silently", async () => {
    const ledger = join(holding(), "ledger.ndjson");
    rmSync(ledger);
    mkdirSync(ledger);
    const { code, err } = await index();
    expect([code, links()]).toEqual([EXIT.inconclusive, []]);
    expect(err).toMatch(/^error: .*r1 has no page\n/);
  });
});

describe("beside a run that holds", () => {
  test("a running or killed one is listed, with its last event and without a page", async () => {
    holding();
    const path = holding("r2");
    changeRun(path, () => ({ state: "running", startedAt: "2026-01-02T00:00:00.000Z" }));
    const { code, err } = await index();
    expect([code, err, existsSync(join(path, "report.html"))]).toEqual([0, "", false]);
    expect(words()).toMatch(/– still running, or killed 2026-01-02 00:00 \(no page\) newest verdict: ✓ holds/);
    expect(words()).toMatch(/1 hold, 1 not counted .* its last event was at 2026-01-02T00:00:/);
  });

  test.each([
    ["without a verdict", {}, "no readable verdict"],
    ["that was given up, without a verdict", { state: "failed", reason: "no engine" }, "given up"],
  ] as const)("one %s is listed, and the exit code reports that one is missing", async (_name, change, what) => {
    holding();
    const path = holding("r2");
    changeRun(path, () => ({ ...change, startedAt: "2026-01-02T00:00:00.000Z" }));
    const { code, err } = await index();
    expect(code).toBe(EXIT.inconclusive);
    expect(err).toContain(`left out: ${relative(process.cwd(), path)}\n  why: it has no verdict.json`);
    expect(words()).toContain(`– ${what} 2026-01-02 00:00 newest verdict: ✓ holds`);
    expect(words()).toContain("it has no verdict.json that can be read");
  });

  test.each([
    ["2026-01-02T03-04-05Z-abcd", "2026-01-02 03:04"],
    ["r2", "r2"],
  ])("an unreadable folder %s belongs to its cell, and is the newest unless its name is older", async (id, when) => {
    holding();
    rmSync(join(holding(id), "run.json"));
    expect((await index()).code).toBe(EXIT.inconclusive);
    expect(words()).toMatch(new RegExp(`– cannot be read \\S*${when} \\(no page\\) newest verdict: ✓ holds`));
    expect(words()).toContain("1 hold, 1 not counted");
    expect(words()).toContain("it has no run.json that can be read");
  });

  test("a folder that belongs to no known cell, and a copy of a run, are left out and named", async () => {
    const path = holding();
    rmSync(join(stored(root, ["torn", "async", "r9"]), "run.json"));
    cpSync(path, join(root, "zcopy"), { recursive: true });
    expect((await index()).code).toBe(EXIT.inconclusive);
    expect(words()).toMatch(
      /Left out \S*torn\/async\/r9: it has no run\.json .* \S*zcopy: it is the same run as \S*r1 /,
    );
    expect(words()).toMatch(/✓ holds 2026-01-01 00:00 1 hold lost 0 /);
  });
});

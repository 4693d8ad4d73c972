/** Records as left by a crash, a full disk or a careless copy: reported clearly, and never judged good. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "../model/program/failure.ts";
import type { Verdict } from "../model/verdict/verdict.ts";
import { checkCommand } from "./check.ts";
import { compareCommand } from "./compare.ts";
import { exportCommand, readExported } from "./export.ts";
import { reportCommand } from "./report.ts";
import { tableCommand } from "./table.ts";
import { type Checked, captured, checked, stored } from "./testing/fake-store.ts";
import { trendCommand } from "./trend.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const RECORD = ["run.json", "ledger.ndjson", "events.ndjson", "audit.ndjson", "probes.ndjson"];

let root: string;
let whole: string;
let path: string;
let truth: Verdict;
beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-bad-")));
  whole = stored(root, ["whole", "async", "r1"], { lost: [10], stranded: [10] });
  truth = JSON.parse((await checked([whole], true)).out);
  expect(truth.verdict).toBe("holds");
});
beforeEach(() => {
  path = join(root, "damaged/async/r2");
  rmSync(path, { recursive: true, force: true });
  cpSync(whole, path, { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Three lines (what, why, what to do), or a verdict with its reason. */
function saysWhy({ code, out, err }: Checked): void {
  expect(code).toBe(EXIT.inconclusive);
  if (out === "") expect(err).toMatch(/^error: .* cannot be judged\n {2}why: .+\n {3}do: .+\n$/);
  else expect(`${err}${out}`).toMatch(/^INCONCLUSIVE [\s\S]*\ninconclusive worth-judging: \w/);
}

test.each(RECORD)("a run without its %s reports what is missing, and does not hold", async (name) => {
  rmSync(join(path, name));
  saysWhy(await checked([path]));
});

test.each(RECORD)("an unreadable %s is named", async (name) => {
  rmSync(join(path, name), { force: true });
  mkdirSync(join(path, name));
  const result = await checked([path]);
  saysWhy(result);
  expect(result.err).toContain(`why: ${name} cannot be read: `);
});

describe("cut off at any byte", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test("run.json is reported", async () => {
    await fc.assert(
      fc.asyncProperty(share, async (cut) => {
        const text = readFileSync(join(whole, "run.json"));
        // It is whole even without its last newline.
        writeFileSync(join(path, "run.json"), text.subarray(0, Math.floor(cut * (text.length - 1))));
        saysWhy(await checked([path]));
      }),
      { seed: 51 },
    );
  });

  test("a file of lines makes the run inconclusive, or leaves its verdict unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("ledger.ndjson", "events.ndjson", "audit.ndjson"),
        share,
        fc.boolean(),
        async (name, cut, atLineEnd) => {
          cpSync(whole, path, { recursive: true });
          const text = readFileSync(join(whole, name));
          const bytes = Math.floor(cut * text.length);
          truncateSync(join(path, name), atLineEnd ? text.lastIndexOf("\n", bytes) + 1 : bytes);
          const { code, out } = await checked([path], true);
          const verdict = JSON.parse(out) as Verdict;
          if (code === EXIT.holds) expect(verdict.measures).toEqual(truth.measures);
          else saysWhy(await checked([path]));
        },
      ),
      { seed: 52 },
    );
  });

  test("verdict.json changes only the reported differences", async () => {
    await fc.assert(
      fc.asyncProperty(share, async (cut) => {
        const text = readFileSync(join(whole, "verdict.json"));
        writeFileSync(join(path, "verdict.json"), text.subarray(0, Math.floor(cut * (text.length - 1))));
        const { code, out } = await checked([path], true);
        expect(code).toBe(EXIT.holds);
        expect(JSON.parse(out).changes).toEqual([expect.stringMatching(/^the stored verdict cannot be read: \w/)]);
      }),
      { seed: 53 },
    );
  });
});

test.each([
  ['{"schema":"fhirdrill.run/1"}', 'its schema is "fhirdrill.run/1", and this judge reads "fhirdrill.run/2"'],
  ["null", "its schema is undefined"],
  ["[]", "its schema is undefined"],
  ['{"schema":"fhirdrill.run/2"}', "its id is wrong: "],
])("a run.json of %s is refused, naming what is wrong", async (text, why) => {
  writeFileSync(join(path, "run.json"), text);
  const result = await checked([path]);
  saysWhy(result);
  expect(result.err).toContain(`why: run.json cannot be read: ${why}`);
  expect(result.err).toContain("do: judge it with the version that made it");
});

describe("a byte order mark, as editors add it, is named", () => {
  const marked = (name: string) => writeFileSync(join(path, name), `\ufeff${readFileSync(join(path, name), "utf8")}`);
  const MARK = "it begins with a byte order mark";

  test("in run.json", async () => {
    marked("run.json");
    const result = await checked([path]);
    saysWhy(result);
    expect(result.err).toContain(`why: run.json cannot be read: ${MARK}`);
    const table = await captured(() => tableCommand([path], {}));
    expect([table.code, table.err]).toEqual([
      EXIT.inconclusive,
      expect.stringContaining(`run.json is not JSON: ${MARK}`),
    ]);
  });

  test.each(["ledger", "events", "audit", "probes"])("in %s.ndjson", async (name) => {
    marked(`${name}.ndjson`);
    const { code, out } = await checked([path], true);
    expect(code).toBe(EXIT.inconclusive);
    const { evidence } = (JSON.parse(out) as Verdict).checks.find((check) => check.name === "worth-judging") ?? {};
    expect(
      evidence?.find((reason) => reason.startsWith(`damaged or misplaced lines: ${name}, line 1: ${MARK}`)),
    ).toBeTruthy();
  });

  test("in verdict.json", async () => {
    marked("verdict.json");
    expect(JSON.parse((await checked([path], true)).out).changes).toEqual([
      expect.stringContaining(`the stored verdict cannot be read: ${MARK}`),
    ]);
    const table = await captured(() => tableCommand([path], {}));
    expect(table.err).toContain(`its verdict.json is not JSON: ${MARK}`);
  });
});

describe("an impossible time", () => {
  const add = (name: string, line: object) =>
    writeFileSync(join(path, name), `${readFileSync(join(path, name), "utf8")}${JSON.stringify(line)}\n`);

  test("is named, makes the run inconclusive, and is left out of the page", async () => {
    expect((await captured(() => reportCommand([path], {}))).code).toBe(0);
    const page = statSync(join(path, "report.html")).size;
    add("events.ndjson", { type: "note", atMs: 1e12, text: "in 31 years" });
    const { code, out } = await checked([path]);
    expect(code).toBe(EXIT.inconclusive);
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "its atMs is at no time of the drill: 1000000000 s after its beginning",
    );
    await captured(() => reportCommand([path], {}));
    expect(Math.abs(statSync(join(path, "report.html")).size - page)).toBeLessThan(2000);
    expect(readExported([path]).runs[0]?.tookMs).toBeNull();
  });

  test("as the start of a run is named, and every command refuses the run", async () => {
    const run = JSON.parse(readFileSync(join(path, "run.json"), "utf8"));
    writeFileSync(join(path, "run.json"), JSON.stringify({ ...run, startedAt: "yesterday" }));
    const commands = {
      check: () => checkCommand([path], false),
      report: () => reportCommand([path], {}),
      table: () => tableCommand([path], {}),
      trend: () => trendCommand([path], {}),
      compare: () => compareCommand([path, whole], {}),
      export: () => exportCommand("csv", [path], {}),
    };
    for (const [name, command] of Object.entries(commands)) {
      const { code, err } = await captured(command);
      expect([name, code]).toEqual([name, EXIT.inconclusive]);
      expect(err).toMatch(/startedAt.*: it must be a time, such as 2026/);
    }
  });
});

test("random bytes instead of a record are inconclusive", async () => {
  for (const name of RECORD.slice(1)) writeFileSync(join(path, name), Buffer.from([0, 255, 10, 123, 10, 0xc3, 10, 34]));
  saysWhy(await checked([path]));
});

test("a run of 0 writes is inconclusive", async () => {
  const empty = stored(root, ["damaged", "async", "r0"], {}, ({ run }) => ({
    run: { ...run },
    operations: [],
    audit: [],
  }));
  saysWhy(await checked([empty]));
  rmSync(empty, { recursive: true });
});

describe("as a process of its own", () => {
  const fhirdrill = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
    return { code: status, out: stdout, err: stderr };
  };

  test("every damaged run is reported, the intact one is judged, and the exit code is the worst", () => {
    for (const name of RECORD) {
      const damaged = join(root, "damaged/async", `without-${name}`);
      cpSync(whole, damaged, { recursive: true });
      rmSync(join(damaged, name));
    }
    const { code, out, err } = fhirdrill("check", `${root}/**`);
    expect(code).toBe(EXIT.inconclusive);
    expect(err.split("\n").filter((line) => line.startsWith("error: "))).toEqual([
      expect.stringMatching(/without-run.json cannot be judged$/),
    ]);
    expect(out.match(/^HOLDS /gm)).toHaveLength(2);
    expect(out.match(/^INCONCLUSIVE /gm)).toHaveLength(4);
    expect(out).toMatch(/\n7 runs: 2 hold, 0 broken, 4 inconclusive, 1 cannot be judged; 4 changed\n$/);
  });

  test("a run that cannot even be opened is reported, and the others are judged", () => {
    const [good, bad] = ["good", "bad"].map((name) => join(root, "looped/async", name)) as [string, string];
    for (const run of [good, bad]) cpSync(whole, run, { recursive: true });
    // A link to itself fails for every user, even root.
    for (const name of ["ledger.ndjson", "run.json"]) {
      rmSync(join(bad, name));
      symlinkSync(name, join(bad, name));
    }
    const { code, out, err } = fhirdrill("check", join(root, "looped"));
    expect(code).toBe(EXIT.inconclusive);
    expect(err).toMatch(/^error: .*bad cannot be judged\n {2}why: run\.json cannot be read: ELOOP.*\n {3}do: .+\n$/);
    expect(out).toMatch(/\n2 runs: 1 hold, 0 broken, 0 inconclusive, 1 cannot be judged; 0 changed\n$/);
  });

  /** Runs as an unprivileged user: root may read everything. */
  const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, MAIN];
  const isRoot = process.getuid?.() === 0;
  const canBeNobody = !isRoot || spawnSync("setpriv", [...NOBODY, "--version"]).status === 0;
  test.runIf(canBeNobody).each([
    ["folder", "."],
    ["run.json", "run.json"],
    ["ledger.ndjson", "ledger.ndjson"],
  ])("a run whose %s may not be read is reported, and the others are judged", (_name, name) => {
    const [good, bad] = ["good", "bad"].map((run) => join(root, "closed/async", run)) as [string, string];
    for (const run of [good, bad]) cpSync(whole, run, { recursive: true });
    chmodSync(root, 0o755);
    chmodSync(join(bad, name), 0);
    try {
      const args = ["check", join(root, "closed")];
      const { status, stdout, stderr } = isRoot
        ? spawnSync("setpriv", [...NOBODY, ...args], { encoding: "utf8" })
        : spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
      expect(status).toBe(EXIT.inconclusive);
      expect(stderr).toMatch(/^error: .*bad cannot be judged\n {2}why: .* cannot be read: EACCES.*\n {3}do: .+\n$/);
      expect(stdout).toMatch(/\n2 runs: 1 hold, 0 broken, 0 inconclusive, 1 cannot be judged; 0 changed\n$/);
    } finally {
      chmodSync(join(bad, name), 0o755);
      rmSync(join(root, "closed"), { recursive: true });
    }
  });

  test("a folder without any run is a usage error", () => {
    mkdirSync(join(root, "nothing/here"), { recursive: true });
    const { code, out, err } = fhirdrill("check", join(root, "nothing"));
    expect([code, out]).toEqual([EXIT.usage, ""]);
    expect(err).toMatch(/^error: there is no run in .*\n {2}why: .+\n {3}do: .+\n$/);
  });
});

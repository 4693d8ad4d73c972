/** Records as a crash, a full disk or a careless copy leaves them: told clearly, and never held to be good. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "../model/failure.ts";
import type { Verdict } from "../model/verdict.ts";
import { type Checked, checked, stored } from "./planted-store.ts";

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

/** Three lines that say what, why and what to do; or a verdict that gives its reason. */
function saysWhy({ code, out, err }: Checked): void {
  expect(code).toBe(EXIT.inconclusive);
  if (out === "") expect(err).toMatch(/^error: .* cannot be judged\n {2}why: .+\n {3}do: .+\n$/);
  else expect(`${err}${out}`).toMatch(/^INCONCLUSIVE [\s\S]*\ninconclusive worth-judging: \w/);
}

test.each(RECORD)("without its %s a run says what is missing, and does not hold", async (name) => {
  rmSync(join(path, name));
  saysWhy(await checked([path]));
});

test.each(RECORD)("a %s that cannot be read is named", async (name) => {
  rmSync(join(path, name), { force: true });
  mkdirSync(join(path, name));
  const result = await checked([path]);
  saysWhy(result);
  expect(result.err).toContain(`why: ${name} cannot be read: `);
});

describe("cut off at any byte", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test("run.json is told", async () => {
    await fc.assert(
      fc.asyncProperty(share, async (cut) => {
        const text = readFileSync(join(whole, "run.json"));
        // Without its last newline it is still whole.
        writeFileSync(join(path, "run.json"), text.subarray(0, Math.floor(cut * (text.length - 1))));
        saysWhy(await checked([path]));
      }),
      { seed: 51 },
    );
  });

  test("a file of lines makes the run inconclusive, or leaves it just as it was", async () => {
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

  test("verdict.json changes nothing but what is said of it", async () => {
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
])("a run.json of %s is refused, by name of what is wrong", async (text, why) => {
  writeFileSync(join(path, "run.json"), text);
  const result = await checked([path]);
  saysWhy(result);
  expect(result.err).toContain(`why: run.json is not readable: ${why}`);
  expect(result.err).toContain("do: judge it with the version that made it");
});

test("noise instead of a record is inconclusive", async () => {
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

describe("through the command itself", () => {
  const fhirdrill = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
    return { code: status, out: stdout, err: stderr };
  };

  test("every damaged run is told, the whole one is judged, and the exit code is the worst", () => {
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

  test("a folder without any run is a usage error", () => {
    mkdirSync(join(root, "nothing/here"), { recursive: true });
    const { code, out, err } = fhirdrill("check", join(root, "nothing"));
    expect([code, out]).toEqual([EXIT.usage, ""]);
    expect(err).toMatch(/^error: there is no run in .*\n {2}why: .+\n {3}do: .+\n$/);
  });
});

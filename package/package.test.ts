/**
 * The package as its users have it: packed by npm, unpacked below a folder of theirs, with the packages that it depends on
 * and no others. Those are the clone's own: nothing is fetched.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HAPI_DIALECT } from "../harness/model/plan/dialect.ts";
import { EXIT } from "../harness/model/program/failure.ts";
import { RECORD_FILES, type RecordFile } from "../harness/model/record/seal.ts";
import { revision } from "../harness/run/revision.ts";
import { DEAD_ADDRESS } from "../harness/system/testing/loopback-server.ts";
import { regionLoss } from "../scenarios/region-loss.ts";
import { readGolden } from "../test/golden/read-golden.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const { dependencies, bin } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));

const home = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill package ü#%20-")));
const modules = join(home, "node_modules");
const installed = join(modules, "fhirdrill");
const COMMAND = join(modules, ".bin/fhirdrill");
/** Where a person stands; emptied for each test. */
const place = join(home, "drills");

/** Without what npm tells the scripts that it runs, these tests among them; and it may not ask a registry. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|FHIRDRILL_)/.test(name))),
  npm_config_offline: "true",
  XDG_CACHE_HOME: join(home, "cache"),
};

beforeAll(() => {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", home], { cwd: PROJECT, env, stdio: "pipe" });
  const [archive = ""] = globSync("*.tgz", { cwd: home });
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", archive, "-C", installed, "--strip-components=1"], { cwd: home });
  for (const name of Object.keys(dependencies)) {
    // It may be in a folder of its owner.
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(PROJECT, "node_modules", name), join(modules, name));
  }
  mkdirSync(dirname(COMMAND));
  symlinkSync(join("../fhirdrill", bin.fhirdrill), COMMAND);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeEach(() => mkdirSync(place));
afterEach(() => rmSync(place, { recursive: true, force: true }));

function started(program: string, args: readonly string[], set: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    ...{ cwd: place, env: { ...env, ...set } },
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}
const fhirdrill = (...args: string[]) => started(COMMAND, args);

/** What an expression comes to, in which `all` is that module of the package. */
function evaluated(module: string, expression: string): unknown {
  const url = pathToFileURL(join(installed, "dist/harness", module));
  const script = join(place, "value.mjs");
  writeFileSync(script, `import * as all from "${url}"; console.log(JSON.stringify(await (${expression})));`);
  const { out, err } = started(process.execPath, [script]);
  return JSON.parse(out || JSON.stringify(err));
}

function keepGolden(name: string, folder: string): void {
  const { files, verdict } = readGolden(name);
  mkdirSync(folder, { recursive: true });
  for (const [file, to] of Object.entries({ ...RECORD_FILES, seal: "seal.json" }))
    writeFileSync(join(folder, to), [...(files[file as RecordFile | "seal"] ?? "")].join(""));
  writeFileSync(join(folder, "verdict.json"), JSON.stringify(verdict));
}

describe("it has", () => {
  const filesOf = (folder: string, pattern = "**") =>
    globSync(pattern, { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

  test("what runs, what images are built from, and what people want to know; and nothing else", () => {
    expect(readdirSync(installed).toSorted()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"].toSorted(),
    );
    const others = readdirSync(join(installed, "dist")).filter((name) => !/^(harness|scenarios|docker)$/.test(name));
    expect(others.toSorted()).toEqual(["built-from.json", "fhirdrill.sh", "package.json"]);
    const modules = filesOf(join(installed, "dist"), "{harness,scenarios}/**");
    expect(modules.length).toBeGreaterThan(300);
    expect(modules.filter((path) => !/\.(js|d\.ts)$/.test(path))).toEqual(["harness/report/run-page/page.css"]);
    expect(modules.filter((path) => /\.test\.|\/testing\//.test(path))).toEqual([]);
  });

  test("the same images to build: their tags are made of these files", () => {
    const [here, there] = [join(PROJECT, "docker"), join(installed, "dist/docker")];
    expect(filesOf(there).toSorted()).toEqual(filesOf(here).toSorted());
    const differs = (path: string) => !readFileSync(join(here, path)).equals(readFileSync(join(there, path)));
    expect(filesOf(here).filter(differs)).toEqual([]);
  });

  test("the commit that it was built from; a repository around it is somebody else's", () => {
    execFileSync("git", ["init", "--quiet", place]);
    cpSync(installed, join(place, "node_modules/fhirdrill"), { recursive: true });
    expect(evaluated("run/revision.js", "all.revision()")).toEqual(revision());
  });

  test("a script for k6 in the folders that k6 is given, with all that it imports", () => {
    const edge = "{ fromBeside: async () => ({ baseUrl: 'http://edge/fhir', headers: {} }) }";
    const runBeside = "async (order) => order";
    const rest = `retry: "none", seed: 1, tags: [], dialect: ${JSON.stringify(HAPI_DIALECT)}, folder: "record"`;
    const task = `{ scenario: ${JSON.stringify(regionLoss)}, ${rest} }`;
    const [{ folders, command }] = evaluated(
      "load/k6.js",
      `all.k6(all.placesBeside({ edge: ${edge}, runBeside: ${runBeside} }), "k6").start(${task})`,
    ) as [{ folders: { source: string; target: string }[]; command: string[] }];
    const readIn = (path: string) => {
      const folder = folders.find(({ target }) => path.startsWith(`${target}/`));
      return readFileSync(join(folder?.source ?? "", path.slice(folder?.target.length)), "utf8");
    };
    const reached = new Set([command.at(-1) as string]);
    for (const path of reached)
      for (const [, name = ""] of readIn(path).matchAll(/^(?:import|export) [^"']*from "([^"]+)"/gm))
        if (!/^k6(\/|$)/.test(name)) reached.add(join(dirname(path), name));
    expect([...reached].map((path) => basename(path))).toContain("write.js");
    // Where the load runs in pods, the same files are handed over one by one.
    const { items } = evaluated("load/kubernetes/scripts.js", "all.scripts()") as { items: { path: string }[] };
    expect(items.map(({ path }) => `/fhirdrill/${path}`).toSorted()).toEqual([...reached].toSorted());
  });
});

describe("from any folder", () => {
  test("npx starts it, and what people are told to type is what they typed", () => {
    const { code, out, err } = started("npx", ["fhirdrill", "list", "scenarios"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^scenarios\n {2}region-loss {2}\(fhirdrill\)\n/);
    expect(fhirdrill("plan", "region-loss", "--seed", "4").out).toMatch(
      /^command {6}npx fhirdrill run region-loss --config async --seed 4$/m,
    );
    expect(fhirdrill("--help").out).toContain("\n  npx fhirdrill run region-loss");
  });

  test("a mistake in the command is a usage error", () => {
    expect(fhirdrill("run", "no-such-scenario")).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining("\n   do: see `npx fhirdrill list`\n"),
    });
  });

  test("runs are those below it, and are judged, told and shown as in a clone", () => {
    keepGolden("region-loss", join(place, "results/region-loss/async/r1"));
    const { verdict } = readGolden("region-loss");
    const checked = fhirdrill("check", "r1", "--json");
    expect([checked.code, checked.err]).toEqual([0, ""]);
    expect(JSON.parse(checked.out)).toMatchObject({ verdict: verdict.verdict, changes: [] });
    expect(fhirdrill("table").out).toContain("region-loss");

    expect(fhirdrill("report", "r1").out).toBe("results/region-loss/async/r1/report.html\n");
    const page = readFileSync(join(place, "results/region-loss/async/r1/report.html"), "utf8");
    const [script = ""] = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = ""]) => text);
    expect(script).toContain("use strict");
    expect(() => new Script(script)).not.toThrow();
  });

  test("many runs are judged by threads of their own", () => {
    keepGolden("region-loss", join(place, "r1"));
    expect(
      evaluated("cli/rejudge-all.js", `Array.fromAsync(all.rejudgeAll(["r1", "r1"], 2), ({ failure }) => failure)`),
    ).toEqual([null, null]);
  });

  test("results stand there, and what is kept for later drills neither there nor in the package", () => {
    expect(evaluated("store/results.js", "[all.RESULTS, all.CACHE]")).toEqual([
      join(place, "results"),
      join(home, "cache/fhirdrill/"),
    ]);
  });
});

describe("settings in TypeScript", () => {
  const { name: _, ...unnamed } = regionLoss;
  const text = `import { defineConfig, type ScenarioInput } from "fhirdrill";

const own: ScenarioInput = ${JSON.stringify({ ...unnamed, name: "own" })};
const step = (script: string): { argv: [string, ...string[]] } => ({ argv: [${JSON.stringify(process.execPath)}, "-e", script] });
const cut = { inject: step("1"), heal: step("2"), evidence: step("console.log('{\\"bit\\":false}')"), ttlSeconds: 60 };
export default defineConfig({
  scenarios: [own],
  objectives: { sync: { rtoSeconds: 30 } },
  systems: {
    staging: {
      is: "a service that is not there",
      fhir: { base: "http://${DEAD_ADDRESS}/fhir" },
      expect: { environment: "staging", proof: step("console.log('staging')") },
      hooks: { cut },
    },
  },
});
`;
  beforeEach(() => {
    writeFileSync(join(place, "package.json"), '{ "type": "module" }');
    writeFileSync(join(place, "fhirdrill.config.ts"), text);
  });

  test("are honoured", () => {
    const { code, out, err } = fhirdrill("list");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("\n  own  (fhirdrill.config.ts)\n");
    expect(out).toContain("\n  sync  (fhirdrill; objectives by fhirdrill.config.ts)\n");
    expect(fhirdrill("plan", "own", "--config", "sync").out).toMatch(/^objectives .*\bRTO 30 s/m);
  });

  test("describe a system of one's own, which is looked at before anything else", () => {
    const { code, err } = fhirdrill("plan", "cut", "--system", "staging");
    expect([code, err]).toEqual([
      EXIT.inconclusive,
      expect.stringContaining("the system is not well, so nothing was broken"),
    ]);
    expect(fhirdrill("plan", "cut", "--system", "production").code).toBe(EXIT.usage);
  });

  test.each(["nodenext", "bundler"])("are checked by the package's types, as %s finds them", (moduleResolution) => {
    const module = moduleResolution === "bundler" ? "esnext" : moduleResolution;
    const compilerOptions = { module, moduleResolution, target: "es2024", strict: true, noEmit: true, types: [] };
    writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const mistake = "// @ts-expect-error\ndefineConfig({ objectives: { sync: { rtoSecond: 30 } } });\n";
    writeFileSync(join(place, "mistaken.ts"), `import { defineConfig } from "fhirdrill";\n${mistake}`);
    const tsc = join(PROJECT, "node_modules/typescript/bin/tsc");
    expect(started(process.execPath, [tsc, "-p", "."])).toEqual({ code: 0, out: "", err: "" });
  });
});

describe("the Node that it runs on", () => {
  const MAJOR = Number.parseInt(dependencies.node, 10);
  const brought = join(modules, "node");

  /** The machine's own, in that version; what it is given to run it runs. */
  function withNode(version: string, ...args: string[]) {
    const folder = join(place, "bin");
    mkdirSync(folder);
    const text = `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || { echo own; exec "${process.execPath}" "$@"; }\n`;
    writeFileSync(join(folder, "node"), text);
    chmodSync(join(folder, "node"), 0o755);
    return started(COMMAND, args, { PATH: `${folder}:/usr/bin:/bin` });
  }

  test("is the one that comes with it", () => {
    expect(withNode("v20.1.0", "--version").out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  describe("where npm did not put that in its place", () => {
    beforeEach(() => rmSync(brought));
    afterEach(() => symlinkSync(join(PROJECT, "node_modules/node"), brought));

    test.each([`v${MAJOR}.0.0`, `v${MAJOR + 2}.1.0`, "v30.0.0"])("is the machine's, if that is %s", (version) => {
      expect(withNode(version, "--version")).toMatchObject({ code: 0, out: expect.stringMatching(/^own\n\d+\./) });
    });

    test.each([`v${MAJOR - 1}.9.9`, "v20.20.2", "v9.0.0", ""])("is none, if that is %j", (version) => {
      const { code, out, err } = withNode(version, "--version");
      expect([code, out]).toEqual([EXIT.internal, ""]);
      expect(err).toMatch(new RegExp(`^error: .+\n {2}why: .+ Node ${MAJOR} .+\n {3}do: .+ Node ${MAJOR}\\b.*\n$`));
      expect(existsSync(join(place, "results"))).toBe(false);
    });
  });
});

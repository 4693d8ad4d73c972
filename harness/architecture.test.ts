/**
 * The floors of the house: who may import whom. One table; everything else here holds the code against it. It is the only
 * guard of the floors: the linter has no rule for them.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));

/** A folder may import itself, and these: all on lower floors, but for those named in SAME_FLOOR. */
const FLOORS: Record<string, { floor: number; imports: string[] }> = {
  model: { floor: 0, imports: [] },
  record: { floor: 1, imports: ["model"] },
  stats: { floor: 1, imports: [] },
  check: { floor: 2, imports: ["model", "stats"] },
  system: { floor: 2, imports: ["model"] },
  replication: { floor: 3, imports: ["model", "system"] },
  "systems/lab": { floor: 3, imports: ["model", "system", "replication"] },
  "systems/attached": { floor: 3, imports: ["model", "system", "replication", "systems/lab"] },
  faults: { floor: 3, imports: ["model", "system"] },
  operator: { floor: 3, imports: ["model", "system"] },
  load: { floor: 3, imports: ["model", "stats", "system", "systems/attached"] },
  probes: { floor: 3, imports: ["model", "system"] },
  store: { floor: 3, imports: ["model", "record"] },
  report: { floor: 3, imports: ["model", "record", "stats", "check"] },
  run: {
    floor: 4,
    imports: [
      "model",
      "record",
      "check",
      "system",
      "systems/lab",
      "systems/attached",
      "faults",
      "operator",
      "load",
      "probes",
      "store",
    ],
  },
  matrix: { floor: 4, imports: ["model", "store", "run"] },
  console: { floor: 4, imports: ["model"] },
  cli: {
    floor: 5,
    imports: [
      "model",
      "record",
      "check",
      "systems/lab",
      "systems/attached",
      "store",
      "report",
      "run",
      "matrix",
      "console",
      "scenarios",
    ],
  },
};
const SAME_FLOOR = [
  "systems/lab → replication",
  "systems/attached → replication",
  "systems/attached → systems/lab",
  "load → systems/attached",
  "matrix → run",
];

const PURE = ["model", "record", "stats", "check"];
/** Schemas are data, too, and a hash is a function of its text. */
const PURE_PACKAGES: Record<string, string[]> = { model: ["zod", "node:crypto"], record: ["zod"] };
const IMPURE_WORDS = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bfetch\(|\bsetTimeout\b|\bconsole\./;

interface Import {
  from: string;
  /** A path from the project's root, or a package's name. */
  to: string;
}

/** What tests are made of may import what they do. */
const isOfTests = (path: string) => path.endsWith(".test.ts") || path.includes("/testing/");
const sources = (pattern: string) => globSync(pattern, { cwd: PROJECT }).filter((path) => !isOfTests(path));
const textOf = (path: string) => readFileSync(join(PROJECT, path), "utf8");

function importsOf(path: string): Import[] {
  return importsIn(path, textOf(path));
}

function importsIn(from: string, text: string): Import[] {
  const found = text.matchAll(/^\s*(?:import|export)\s(?:[^"';]*?from\s)?"([^"]+)"|\bimport\("([^"]+)"\)/gm);
  return [...found].map(([, fixed, dynamic]) => {
    const name = (fixed ?? dynamic) as string;
    const to = name.startsWith(".") ? normalize(join(dirname(from), name)) : name;
    return { from, to };
  });
}
/** What is made in several ways has a folder for each, and each is one of its own. */
function folderOf(path: string): string {
  const [first, second, third] = path.split("/") as [string, string, string];
  if (first !== "harness") return first;
  return second === "systems" ? `${second}/${third}` : second;
}
const isOurs = (path: string) =>
  /^(harness|scenarios|test|bench|docs|docker|measured|results|package\/|\.\.)\b/.test(path);
const told = ({ from, to }: Import) => `${from} imports ${to}`;

function isAllowed({ from, to }: Import): boolean {
  return folderOf(to) === folderOf(from) || (FLOORS[folderOf(from)]?.imports.includes(folderOf(to)) ?? false);
}

describe("the table of floors", () => {
  test("has every folder of the harness", () => {
    const folders = new Set(sources("harness/*/**/*.{ts,mjs}").map(folderOf));
    expect(folders.size).toBeGreaterThan(10);
    expect([...folders].filter((name) => !(name in FLOORS))).toEqual([]);
  });

  test("leads down only, with the exceptions it names", () => {
    const level = Object.entries(FLOORS).flatMap(([folder, { floor, imports }]) =>
      imports
        .filter((other) => other in FLOORS && (FLOORS[other]?.floor as number) >= floor)
        .map((other) => `${folder} → ${other}`),
    );
    expect(level).toEqual(SAME_FLOOR);
  });
});

test("nobody imports what the table does not allow", () => {
  const imports = sources("harness/*/**/*.{ts,mjs}")
    .flatMap(importsOf)
    .filter(({ to }) => isOurs(to));
  expect(imports.length).toBeGreaterThan(100);
  expect(imports.filter((each) => !isAllowed(each)).map(told)).toEqual([]);
});

test("only tests import what tests are made of", () => {
  const imports = sources("{harness,scenarios}/**/*.{ts,mjs}").flatMap(importsOf);
  expect(imports.filter(({ to }) => isOfTests(to)).map(told)).toEqual([]);
});

describe("an import that leads up is noticed", () => {
  const FROM = "harness/model/time.ts";

  test.each([
    `import { drill } from "../run/drill.ts";`,
    `import type {\n  Drill,\n  Plan,\n} from "../run/drill.ts";`,
    `import "../run/drill.ts";`,
    `export * from "../run/drill.ts";`,
    `export type { Drill } from "../run/drill.ts";`,
    `const { drill } = await import("../run/drill.ts");`,
    `let drill: import("../run/drill.ts").Drill;`,
  ])("written as %s", (line) => {
    const found = importsIn(FROM, `/** Its head. */\n${line}\nconst one = 1;\n`);
    expect(found).toEqual([{ from: FROM, to: "harness/run/drill.ts" }]);
  });

  test.each(["harness/run", "harness/cli", "harness/check", "scenarios", "test", "bench", "docs", "package"])(
    "to %s",
    (folder) => {
      const [found] = importsIn(FROM, `import "../../${folder}/one.ts";`) as [Import];
      expect(isOurs(found.to)).toBe(true);
      expect(isAllowed(found)).toBe(false);
    },
  );
});

test("every import of ours leads to a file", () => {
  const imports = sources("{harness,scenarios}/**/*.{ts,mjs}")
    .flatMap(importsOf)
    .filter(({ to }) => isOurs(to));
  expect(imports.filter(({ to }) => !existsSync(join(PROJECT, to))).map(told)).toEqual([]);
});

describe("the judge's floors are pure", () => {
  const files = PURE.flatMap((folder) => sources(`harness/${folder}/**/*.ts`));

  test("they import no package, and nothing of Node", () => {
    const packages = files.flatMap(importsOf).filter(({ to }) => !isOurs(to));
    expect(packages.filter(({ from, to }) => !PURE_PACKAGES[folderOf(from)]?.includes(to)).map(told)).toEqual([]);
  });

  test("they ask for no time, no chance and nothing from outside", () => {
    expect(files.filter((path) => IMPURE_WORDS.test(textOf(path)))).toEqual([]);
  });
});

/** What the lab is made of: containers, their engine, and ports on this machine. One's own system may have containers, too. */
const OF_THE_LAB = /testcontainers|docker|toxiproxy|\blocalhost\b|\b127\.0\.0\./gi;

const KNOW_CONTAINERS = ["systems/lab", "systems/attached"];

/** Where such a word is data of a format, and nothing is done with what it names. */
const DATA_OF_A_FORMAT: Record<string, { word: string; why: string }> = {
  "harness/model/plan/settings.ts": { word: "toxiproxy", why: "an image, by its name in the settings and in run.json" },
  "harness/model/record/probe.ts": { word: "toxiproxy", why: "a sampled component, by its name in probes.ndjson" },
  "harness/report/export/junit.ts": { word: "localhost", why: "JUnit wants the name of a host" },
};

function wordsOfTheLab(text: string): string[] {
  return [...new Set(text.match(OF_THE_LAB)?.map((word) => word.toLowerCase()))];
}

function outsideTheLab(path: string, text: string): string[] {
  return wordsOfTheLab(text).flatMap((word) =>
    word === DATA_OF_A_FORMAT[path]?.word ? [] : [`${path} knows ${word}`],
  );
}

describe("only systems know of containers, and of ports on this machine", () => {
  const others = sources("harness/**/*.{ts,mjs}").filter((path) => !KNOW_CONTAINERS.includes(folderOf(path)));

  test("no word of theirs stands anywhere else, but as data of a format", () => {
    expect(new Set(others.map(folderOf))).toContain("cli");
    expect(others.length).toBeGreaterThan(200);
    expect(others.flatMap((path) => outsideTheLab(path, textOf(path)))).toEqual([]);
  });

  test.each(Object.entries(DATA_OF_A_FORMAT))("%s still needs its exception", (path, { word }) => {
    expect(wordsOfTheLab(textOf(path))).toContain(word);
  });

  test.each([
    [`import { GenericContainer } from "testcontainers";`, "testcontainers"],
    [`import type Dockerode from "dockerode";`, "docker"],
    ["  docker rm -f one", "docker"],
    [`const todo = "install and start Docker";`, "docker"],
    ["const docker = dockerOf(engine);", "docker"],
    [`fetch("http://127.0.0.1:80/")`, "127.0.0."],
    [`connect(port, "localhost")`, "localhost"],
    [`import { Toxiproxy } from "toxiproxy-node-client";`, "toxiproxy"],
  ])("%s is noticed", (line, word) => {
    const path = "harness/run/set-up.ts";
    expect(outsideTheLab(path, `/** Its head. */\n${line}\n`)).toEqual([`${path} knows ${word}`]);
  });

  test("another word than the excepted one is noticed", () => {
    const path = "harness/report/export/junit.ts";
    expect(outsideTheLab(path, `hostname: "localhost", address: "127.0.0.1"`)).toEqual([`${path} knows 127.0.0.`]);
  });

  test("the other tests have this machine's address from one helper", () => {
    const named = globSync("harness/**/*.{ts,mjs}", { cwd: PROJECT }).filter(
      (path) => folderOf(path) !== "systems/lab" && wordsOfTheLab(textOf(path)).includes("127.0.0."),
    );
    expect(named.toSorted()).toEqual(["harness/architecture.test.ts", "harness/system/testing/loopback-server.ts"]);
  });

  test("nobody else asks what an engine is made of", () => {
    const asking = sources("{harness,scenarios}/**/*.{ts,mjs}")
      .flatMap(importsOf)
      .filter(({ to }) => to === "harness/systems/lab/engine-client.ts");
    expect(asking.length).toBeGreaterThan(10);
    expect(asking.filter(({ from }) => !KNOW_CONTAINERS.includes(folderOf(from))).map(told)).toEqual([]);
  });
});

test("a scenario is data: it imports the model and other scenarios only", () => {
  const imports = sources("scenarios/*.ts").flatMap(importsOf);
  const isData = ({ to }: Import) => to.startsWith("harness/model/") || dirname(to) === "scenarios";
  expect(imports.filter((each) => !isData(each)).map(told)).toEqual([]);
});

describe("what k6 runs", () => {
  test("imports k6 and files of ours that do the same, and no more", () => {
    const reached = new Set(sources("scenarios/load/*.ts"));
    expect(reached.size).toBeGreaterThan(0);
    for (const path of reached)
      for (const each of importsOf(path)) {
        if (isOurs(each.to)) reached.add(each.to);
        expect(told(each)).toMatch(/ imports (k6(\/.+)?|(scenarios\/load|harness\/model)\/.+\.ts)$/);
      }
    expect(reached).toContain("harness/model/load/ledger.ts");
  });

  test("plans its writes by what imports nothing", () => {
    const imported = importsOf("harness/model/load/write.ts").map(({ to }) => to);
    expect(imported).toEqual(["harness/model/load/own-resources.ts", "harness/model/load/realistic.ts"]);
    expect(imported.flatMap(importsOf)).toEqual([]);
  });
});

test("the bootstrap needs nothing installed", () => {
  expect(
    importsOf("harness/bootstrap.mjs")
      .filter(({ to }) => !to.startsWith("node:"))
      .map(told),
  ).toEqual([]);
});

test("a file's URL becomes a path by fileURLToPath: as a pathname it keeps its %20", () => {
  const all = sources("{harness,scenarios,bench,docs,package}/**/*.{ts,mjs}").concat(
    globSync("{harness,scenarios,docs,package,test}/**/*.test.ts", { cwd: PROJECT }),
    sources("test/**/*.{ts,mjs}"),
  );
  expect(all.length).toBeGreaterThan(300);
  expect(all.filter((path) => /import\.meta\.url\)\s*\.pathname/.test(textOf(path)))).toEqual([]);
});

/** What is kept up to date is there, and what must go together does. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const textOf = (path: string) => readFileSync(join(PROJECT, path), "utf8");

const MANIFESTS: Record<string, string> = {
  npm: "package.json",
  "github-actions": ".github/workflows/test.yml",
  maven: "pom.xml",
  gomod: "go.mod",
};

test("Dependabot is pointed at manifests that exist", () => {
  const entries = textOf(".github/dependabot.yml").matchAll(/^ {2}- package-ecosystem: (\S+)\n {4}directory: (\S+)$/gm);
  const paths = [...entries].map(([, ecosystem = "", directory = ""]) => join(directory, MANIFESTS[ecosystem] ?? "?"));
  expect(paths.length).toBe(Object.keys(MANIFESTS).length);
  expect(paths.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});

test("@types/fhir stays below 1: its higher versions are the types of another FHIR", () => {
  expect(JSON.parse(textOf("package.json")).devDependencies["@types/fhir"]).toMatch(/^0\.0\.\d+$/);
  expect(textOf(".github/dependabot.yml")).toMatch(
    /- dependency-name: "@types\/fhir"\n {8}versions: \[">=1\.0\.0"\]$/m,
  );
});

/** The tag of a published image, as it is pinned somewhere in the harness. */
function pinned(image: string): string | undefined {
  const sources = globSync("harness/**/*.ts", { cwd: PROJECT }).filter((path) => !path.endsWith(".test.ts"));
  const found = sources.flatMap((path) => [...textOf(path).matchAll(new RegExp(`"${image}:v?([^"]+)"`, "g"))]);
  return found[0]?.[1];
}

test.each([
  ["hapiproject/hapi", "docker/hapi/pom.xml", /<hapi\.version>(.+)<\/hapi\.version>/, /^[\d.]+/],
  ["grafana/k6", "docker/k6/go.mod", /go\.k6\.io\/k6\/v2 v(\S+)/, /.+/],
  ["ghcr.io/shopify/toxiproxy", "docker/toxiproxy/Dockerfile", /^ARG VERSION=(\S+)$/m, /.+/],
  ["postgres", "docker/postgres/Dockerfile", /postgresql-(\d+)/, /^\d+/],
])("%s is built in the version in which it is pulled", (image, path, built, compared) => {
  const version = built.exec(textOf(path))?.[1];
  expect(version).toBeDefined();
  expect(version).toBe(compared.exec(pinned(image) ?? "")?.[0]);
});

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveRevision, revision } from "./revision.ts";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "fhirdrill-revision-"));
  writeFileSync(join(project, "package.json"), '{"version":"9.8.7"}');
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const git = (...args: string[]) => {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
  const { status, stdout } = spawnSync("git", [...who, ...args], { cwd: project, encoding: "utf8" });
  expect(status).toBe(0);
  return stdout.trim();
};

test("no checkout: only the version", () => expect(revision(project)).toEqual({ fhirdrill: "9.8.7" }));

test("a checkout: its commit, and whether it was edited", () => {
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "all");
  const commit = git("rev-parse", "HEAD");
  writeFileSync(join(project, "beside"), "");
  expect(revision(project)).toEqual({ fhirdrill: "9.8.7", commit });
  writeFileSync(join(project, "package.json"), '{"version":"9.8.8"}');
  expect(revision(project)).toEqual({ fhirdrill: "9.8.8", commit: `${commit}+changes` });
});

test("a repository further up does not count", () => {
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "all");
  const within = join(project, "node_modules/fhirdrill/");
  mkdirSync(within, { recursive: true });
  writeFileSync(join(within, "package.json"), '{"version":"9.8.7"}');
  expect([revision(within), resolveRevision("HEAD", within)]).toEqual([{ fhirdrill: "9.8.7" }, null]);
});

test("built: what it was built from", () => {
  const builtFrom = { fhirdrill: "9.8.6", commit: "a".repeat(40) };
  writeFileSync(join(project, "built-from.json"), JSON.stringify(builtFrom));
  expect(revision(project)).toEqual(builtFrom);
});

test("a revision that git knows resolves to 40 digits, an unknown one to null", () => {
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "all");
  git("tag", "v9");
  const commit = git("rev-parse", "HEAD");
  expect(["HEAD", "v9", commit.slice(0, 8)].map((name) => resolveRevision(name, project))).toEqual([
    commit,
    commit,
    commit,
  ]);
  expect(["v10", "--all", "HEAD:package.json"].map((name) => resolveRevision(name, project))).toEqual([
    null,
    null,
    null,
  ]);
});

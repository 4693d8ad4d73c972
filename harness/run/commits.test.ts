import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { subjectsBetween } from "./commits.ts";

let project: string;
const commits: string[] = [];
const git = (...args: string[]) => execFileSync("git", args, { cwd: project, encoding: "utf8" }).trim();

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "fhirdrill-commits-"));
  git("init", "--quiet");
  for (const subject of ["First", "Second", "Third"]) {
    git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--allow-empty", "-m", subject);
    commits.push(git("rev-parse", "HEAD"));
  }
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test("the subjects of the commits since the older one, oldest first, even if one has changes", () => {
  const [first, second, third] = commits as [string, string, string];
  const lines = [`${second.slice(0, 7)} Second`, `${third.slice(0, 7)} Third`];
  expect(subjectsBetween(first, third, project)).toEqual(lines);
  expect(subjectsBetween(`${first}+changes`, `${third}+changes`, project)).toEqual(lines);
  expect(subjectsBetween(third, first, project)).toEqual([]);
});

test("unknown when either is no commit here", () => {
  const [first] = commits as [string];
  expect(subjectsBetween(first, "f".repeat(40), project)).toBeNull();
  expect(subjectsBetween("not known", first, project)).toBeNull();
  expect(subjectsBetween("--output=/tmp/x", first, project)).toBeNull();
  expect(subjectsBetween(first, first, tmpdir())).toBeNull();
});

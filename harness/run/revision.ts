/** Which state of fhirdrill made a run: its version, and its commit where it is a checkout. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * `commit` is 40 hex digits, followed by `+changes` when files have been edited since. It is left out where it is
 * unknown: no git, or no checkout.
 */
export function revision(project = PROJECT): { fhirdrill: string; commit?: string } {
  const { version } = JSON.parse(readFileSync(`${project}/package.json`, "utf8")) as { version: string };
  const commit = git(project, "rev-parse", "HEAD");
  const changes = git(project, "status", "--porcelain", "--untracked-files=no");
  if (commit === null || changes === null) return { fhirdrill: version };
  return { fhirdrill: version, commit: changes === "" ? commit : `${commit}+changes` };
}

function git(cwd: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.trim() : null;
}

/** The 40 hex digits of a branch, a tag or an abbreviated commit; `null` where git knows no such name. */
export function resolveRevision(name: string, project = PROJECT): string | null {
  return git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
}

/** Which state of fhirdrill made a run: its version, and its commit if it is a checkout or was built from one. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** Stands beside `package.json` in the package, where there is no git to ask. */
export const BUILT_FROM = "built-from.json";

/**
 * `commit` is 40 hex digits, followed by `+changes` when files have been edited since. Absent when unknown: no git, or
 * no checkout.
 */
export function revision(project = PROJECT): { fhirdrill: string; commit?: string } {
  const builtFrom = join(project, BUILT_FROM);
  if (existsSync(builtFrom)) return JSON.parse(readFileSync(builtFrom, "utf8"));
  const { version } = JSON.parse(readFileSync(`${project}/package.json`, "utf8")) as { version: string };
  const commit = git(project, "rev-parse", "HEAD");
  const changes = git(project, "status", "--porcelain", "--untracked-files=no");
  if (commit === null || changes === null) return { fhirdrill: version };
  return { fhirdrill: version, commit: changes === "" ? commit : `${commit}+changes` };
}

/** A repository further up is somebody else's: its commits are not of this program. */
function git(cwd: string, ...args: string[]): string | null {
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(cwd) };
  const { status, stdout } = spawnSync("git", args, {
    ...{ cwd, env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout.trim() : null;
}

/** The 40 hex digits of a branch, a tag or an abbreviated commit; `null` when git does not know the name. */
export function resolveRevision(name: string, project = PROJECT): string | null {
  return git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
}

/** What changed in fhirdrill between two runs: the subjects of the commits, if the checkout has them. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
/** As `revision` writes it. */
const COMMIT = /^([0-9a-f]{40})(\+changes)?$/;

/** The commits in `to` that are not in `from`, oldest first; `null` when that cannot be determined. */
export function subjectsBetween(from: string, to: string, project = PROJECT): string[] | null {
  const [older, newer] = [from, to].map((text) => COMMIT.exec(text)?.[1]);
  if (older === undefined || newer === undefined) return null;
  const range = ["log", "--reverse", "--format=%h %s", `${older}..${newer}`];
  const { status, stdout } = spawnSync("git", range, {
    cwd: project,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout.split("\n").filter((line) => line !== "") : null;
}

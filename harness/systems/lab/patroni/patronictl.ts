/**
 * A planned switchover as people do it: by `patronictl` in a member's container. Its output is read as Patroni 4.0.7 writes it
 * (`_do_failover_or_switchover` in `ctl.py`): a switchover that Patroni's REST API refuses still ends with exit code 0.
 */
import type { StartedTestContainer } from "testcontainers";
import { SETTINGS_FILE } from "./settings.ts";

/** Patroni itself waits for the result of a switchover, and longer on a busy machine. */
const CARRIED_OUT_WITHIN_S = 60;
/** By `timeout`, when the time is up and when even SIGKILL was needed. */
const LATE = [124, 137];

/** The word that is stamped with the time, and the refusal with the status of Patroni's REST API. */
const SAID = /^\d{4}-\d\d-\d\d [\d:.]+ (.+)$/m;
const REFUSED = /^Switchover failed, details: (\d+), (.*)$/m;
const ERROR = /^Error: (.+)$/m;

/**
 * Returns Patroni's answer when done; throws its answer when it refuses. When the leader's REST API does not answer, patronictl
 * leaves the order in the store of the lock and says so: that is returned as well.
 */
export async function switchoverBy(
  container: Pick<StartedTestContainer, "exec">,
  leader: string,
  candidate: string,
): Promise<string> {
  const names = ["--leader", leader, "--candidate", candidate];
  const { exitCode, output } = await container.exec([
    ...["timeout", "--kill-after=5", String(CARRIED_OUT_WITHIN_S)],
    ...["patronictl", "-c", SETTINGS_FILE, "switchover", "--force", ...names],
  ]);
  const [, status, refusal] = REFUSED.exec(output) ?? [];
  if (status !== undefined) throw new Error(`Patroni refuses the switchover with status ${status}: ${refusal}`);
  const said = SAID.exec(output)?.[1];
  if (exitCode === 0 && said !== undefined) return said;
  if (LATE.includes(exitCode)) throw new Error(`patronictl switchover did not end within ${CARRIED_OUT_WITHIN_S} s`);
  const why = ERROR.exec(output)?.[1] ?? output.trim().slice(-200);
  throw new Error(`patronictl switchover ended with exit code ${exitCode}: ${why}`);
}

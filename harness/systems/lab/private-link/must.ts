/** Runs a shell command in a container that has bash; throws when it fails. */
import type { StartedTestContainer } from "testcontainers";

export async function must(container: StartedTestContainer, script: string): Promise<void> {
  const { exitCode, output } = await container.exec(["bash", "-c", script]);
  if (exitCode !== 0) throw new Error(`${script}: ${output.trim()}`);
}

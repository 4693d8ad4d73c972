/** A line of shell in a container that has one. */
import type { StartedTestContainer } from "testcontainers";

export async function must(container: StartedTestContainer, script: string): Promise<void> {
  const { exitCode, output } = await container.exec(["bash", "-c", script]);
  if (exitCode !== 0) throw new Error(`${script}: ${output.trim()}`);
}

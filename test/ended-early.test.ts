/** A drill that is ended from outside: its exit code, and what it leaves behind. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { allRuns } from "../harness/store/results.ts";
import { until } from "../harness/system/waiting.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";
import { requireEngine } from "../harness/systems/lab/engine-start.ts";
import { OWNER_LABEL, RUN_LABEL } from "../harness/systems/lab/ownership.ts";
import { type Command, test as plain } from "./command.ts";

const test = plain.extend("engine", { scope: "file" }, () => requireEngine(console.log));

const SEED = 1_000_000 + (process.pid % 100_000);
const NOTHING = { containers: 0, networks: 0 };

describe("three drills that begin at the same time", () => {
  let stopped: Command;
  let killed: Command;
  let living: Command;
  let left: (command: Command) => Promise<{ containers: number; networks: number }>;

  test.beforeAll(async ({ engine, commands: { folder, fhirdrill } }) => {
    const docker = dockerOf(engine);
    left = async ({ child }) => {
      const filters = { label: [RUN_LABEL] };
      const own = (labels: Record<string, string> | undefined) =>
        labels?.[OWNER_LABEL]?.split("/")[1] === String(child.pid);
      const containers = (await docker.listContainers({ all: true, filters })).filter((c) => own(c.Labels));
      const networks = (await docker.listNetworks({ filters })).filter((n) => own(n.Labels));
      return { containers: containers.length, networks: networks.length };
    };
    writeFileSync(join(folder, "fhirdrill.config.mjs"), "export default { load: { warmUpSeconds: 6 } };\n");
    const run = (...more: string[]) => fhirdrill(["run", "region-loss", "--rate", "10", ...more], {}, folder);
    const begun = [run(), run(), run("--seed", String(SEED))];
    [stopped, killed, living] = begun as [Command, Command, Command];
    const running = { what: "containers to run", deadlineMs: 120_000 };
    for (const each of begun) await until(running, async () => (await left(each)).containers >= 3);
    // Stopped, it starts and removes nothing any more, but does not count as dead yet: other drills that start remove
    // what dead ones left.
    killed.child.kill("SIGSTOP");
  });

  test("one that is interrupted while it starts leaves nothing behind", async () => {
    stopped.child.kill("SIGTERM");
    expect(await stopped.exited).toBe(130);
    expect(await left(stopped)).toEqual(NOTHING);
  });

  test("clean removes what a killed one left, and keeps the containers of a running one", async ({
    commands: { fhirdrill },
  }) => {
    expect((await left(killed)).containers).toBeGreaterThan(0);
    killed.child.kill("SIGKILL");
    await killed.exited;
    expect(await fhirdrill(["clean"]).exited).toBe(0);
    expect(await left(killed)).toEqual(NOTHING);
    expect((await left(living)).containers).toBeGreaterThanOrEqual(3);
  });

  test("Ctrl-C during the load: it ends cleanly, is recorded, and leaves nothing behind", async ({
    commands: { results },
  }) => {
    await until({ what: "the load to run", deadlineMs: 240_000 }, async () => /acknowledged by A/.test(living.text()));
    living.child.kill("SIGINT");
    expect(await living.exited).toBe(130);
    expect(await left(living)).toEqual(NOTHING);
    const runs = allRuns(results).runs.map((path) => JSON.parse(readFileSync(`${path}/run.json`, "utf8")));
    expect(runs.filter(({ seed }) => seed === SEED)).toMatchObject([{ state: "interrupted" }]);
  }, 300_000);
});

/**
 * The container engine: found, or on Debian and Ubuntu as root installed and started. `FHIRDRILL_NO_INSTALL=1` refuses.
 */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type ContainerRuntimeClient, getContainerRuntimeClient } from "testcontainers";
import { DrillFailure } from "../model/failure.ts";
import type { Say } from "../model/say.ts";
import { hasProgram, runProgram } from "./program.ts";

export type Engine = ContainerRuntimeClient;

const DAEMON_LOG = "/var/log/fhirdrill-dockerd.log";
const START_SECONDS = 30;

export async function findEngine(): Promise<Engine | null> {
  try {
    const engine = await getContainerRuntimeClient();
    await engine.container.dockerode.ping();
    return engine;
  } catch {
    return null;
  }
}

export async function requireEngine(say: Say): Promise<Engine> {
  const found = await findEngine();
  if (found) return found;
  refuseUnlessOurs();
  if (!hasProgram("dockerd")) await installPackages(["docker.io", "iptables"], say);
  say(`starting dockerd, which stays up (log: ${DAEMON_LOG})`);
  const log = openSync(DAEMON_LOG, "a");
  spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] }).unref();
  for (let second = 0; second < START_SECONDS; second += 1) {
    await sleep(1000);
    const engine = await findEngine();
    if (engine) return engine;
  }
  throw new DrillFailure({
    what: "the container engine does not start",
    why: `dockerd did not answer within ${START_SECONDS} s`,
    todo: `read ${DAEMON_LOG}, start the engine by hand, and run the command again`,
  });
}

/** The engine died or hangs: told apart from all other errors, because nothing of ours can mend it. */
export function engineGone(cause: unknown): DrillFailure {
  const text = {
    what: "the container engine stopped answering",
    why: "it was there when the drill began",
    todo: "start it again; the next run, or `npm run chaos -- clean`, removes what is left of this one",
  };
  return new DrillFailure(text, { cause });
}

/** Debian packages that a fresh machine lacks; also used for debootstrap. */
export async function installPackages(names: string[], say: Say): Promise<void> {
  refuseUnlessOurs();
  say(`installing Debian packages: ${names.join(", ")}`);
  await runProgram("apt-get", ["update", "-q"]);
  await runProgram("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...names]);
}

function refuseUnlessOurs(): void {
  const text = { what: "no container engine answers", todo: "install and start Docker, then run the command again" };
  if (process.env.FHIRDRILL_NO_INSTALL === "1") {
    throw new DrillFailure({ ...text, why: "FHIRDRILL_NO_INSTALL=1 forbids installing or starting one" });
  }
  const root = process.platform === "linux" && process.getuid?.() === 0;
  if (root && hasProgram("apt-get")) return;
  throw new DrillFailure({ ...text, why: "one is installed and started only on Debian or Ubuntu, as root" });
}

/**
 * Provides a container engine: finds one, or installs and starts it (on Debian and Ubuntu, as root). An engine that is
 * named, that refuses this user or that hangs is not replaced by another. `FHIRDRILL_NO_INSTALL=1` forbids installing
 * and starting.
 */
import { spawn } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Say } from "../../model/console/say.ts";
import { DrillFailure, type FailureText } from "../../model/program/failure.ts";
import { type Engine, findEngine, NoEngine, reachEngine } from "./engine.ts";
import { firstCause } from "./first-cause.ts";
import { hasProgram, runProgram } from "./program.ts";

const DAEMON_LOG = "/var/log/fhirdrill-dockerd.log";
const START_SECONDS = 30;

/** What is missing, and how to fix it by hand. */
type WithoutThem = Pick<FailureText, "what" | "todo">;

const NO_ENGINE = { what: "no container engine answers", todo: "install and start Docker, then run the command again" };

/** For people whose machine has no engine yet. */
export const WHO_STARTS_IT =
  "a drill installs and starts Docker itself, on Debian or Ubuntu as root; elsewhere, install and start it";

export async function requireEngine(say: Say): Promise<Engine> {
  try {
    return await reachEngine();
  } catch (error) {
    if (!(error instanceof NoEngine)) throw error;
  }
  refuseUnlessOurs(NO_ENGINE);
  const running = runningDaemon();
  const logged = sizeOf(DAEMON_LOG);
  if (running === null && !hasProgram("dockerd")) await installPackages(["docker.io", "iptables"], say, NO_ENGINE);
  // With systemd, the package has already started the engine.
  if (runningDaemon() === null) {
    say(`starting dockerd, which stays up (log: ${DAEMON_LOG})`);
    const log = openSync(DAEMON_LOG, "a");
    spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] }).unref();
  }
  for (let second = 0; second < START_SECONDS; second += 1) {
    await sleep(1000);
    const engine = await findEngine();
    if (engine) return engine;
  }
  if (running !== null) {
    const why = `dockerd runs (process ${running}), but listens on none of the default sockets`;
    const todo = "name its socket: DOCKER_HOST=unix:///…, or restart it";
    throw new DrillFailure({ what: "no container engine answers", why, todo });
  }
  throw new DrillFailure({
    what: "the container engine does not start",
    why:
      firstCause(readFileSync(DAEMON_LOG).subarray(logged).toString("utf8")) ??
      `dockerd did not answer within ${START_SECONDS} s`,
    todo: `read ${DAEMON_LOG}, start the engine by hand, and run the command again`,
  });
}

/** A second daemon would remove the networks of a running one. */
function runningDaemon(): string | null {
  const processes = existsSync("/proc/self") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  return processes.find((id) => nameOf(id) === "dockerd") ?? null;
}

/** `null` when the process has ended meanwhile. */
function nameOf(process: string): string | null {
  try {
    return readFileSync(`/proc/${process}/comm`, "utf8").trim();
  } catch {
    return null;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Installs Debian packages that a fresh machine lacks. `text`: the failure if that is impossible.
 */
export async function installPackages(names: string[], say: Say, text: WithoutThem): Promise<void> {
  refuseUnlessOurs(text);
  say(`installing Debian packages: ${names.join(", ")}`);
  await runProgram("apt-get", ["update", "-q"]);
  await runProgram("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...names]);
}

function refuseUnlessOurs(text: WithoutThem): void {
  if (process.env.FHIRDRILL_NO_INSTALL === "1") {
    throw new DrillFailure({ ...text, why: "FHIRDRILL_NO_INSTALL=1 forbids installing or starting one" });
  }
  const root = process.platform === "linux" && process.getuid?.() === 0;
  if (root && hasProgram("apt-get")) return;
  throw new DrillFailure({ ...text, why: "one is installed and started only on Debian or Ubuntu, as root" });
}

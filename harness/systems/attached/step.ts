/** Runs a user's program by its argument vector: without a shell, with a minimal environment, within a time limit. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Step } from "../../model/plan/own-system.ts";
import { reasonOf } from "../../model/program/failure.ts";

export interface Ended {
  /** `null`: a signal ended it, ours or another. */
  exitCode: number | null;
  /** Its output, up to `MOST_BYTES`. */
  out: string;
  err: string;
  /** The limit that it exceeded, for which it was killed. */
  killed: "time" | "output" | null;
  /** Why it could not be started. */
  notStarted: string | null;
}

const MOST_BYTES = 65_536;

/** By these the usual tools find their servers. None is a secret. */
const TOOL_VARIABLES = ["KUBECONFIG", "DOCKER_HOST", "DOCKER_CONTEXT"];

/** The variables that every program gets from this process. They stay valid, so they can be kept for later. */
export function lasting(): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, ...setOf(TOOL_VARIABLES) };
}

/** The variables that change with the next login. */
export function ofThisLogin(): Record<string, string> {
  return setOf(["SSH_AUTH_SOCK"]);
}

function setOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Resolves when it has ended, in whatever manner. Its own child processes are killed with it. */
export function runStep(
  { argv, timeoutSeconds, folder }: Step,
  environment: Record<string, string> = { ...lasting(), ...ofThisLogin() },
): Promise<Ended> {
  const [program, ...rest] = argv;
  return new Promise((resolve) => {
    // A group of its own, so that its children can be killed with it.
    const child = spawn(program, rest, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: environment,
      cwd: folder,
    });
    let killed: Ended["killed"] = null;
    const kill = (why: NonNullable<Ended["killed"]>) => {
      killed ??= why;
      try {
        process.kill(-(child.pid as number), "SIGKILL");
      } catch {
        // It has already ended.
      }
    };
    const read = { out: Buffer.alloc(0), err: Buffer.alloc(0) };
    const take = (what: "out" | "err") => (chunk: Buffer) => {
      read[what] = Buffer.concat([read[what], chunk]).subarray(0, MOST_BYTES);
      if (read[what].length === MOST_BYTES) kill("output");
    };
    child.stdout.on("data", take("out"));
    child.stderr.on("data", take("err"));
    const timer = setTimeout(() => kill("time"), timeoutSeconds * 1000);
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ exitCode: null, out: "", err: "", killed: null, notStarted: whyNot(error, folder) });
    });
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, out: read.out.toString("utf8"), err: read.err.toString("utf8"), killed, notStarted: null });
    });
  });
}

/** For a missing folder, the system reports that the program is missing. */
function whyNot(error: unknown, folder: string | undefined): string {
  return folder !== undefined && !existsSync(folder) ? `there is no folder ${folder}` : reasonOf(error);
}

/** Its output. Throws with the reason if it fails. */
export async function outputOf(step: Step): Promise<string> {
  const ended = await runStep(step);
  const why = whyFailed(step, ended);
  if (why !== null) throw new Error(why);
  return ended.out;
}

/** Why it failed, for people; `null` if it exited with 0. */
export function whyFailed({ argv, timeoutSeconds }: Step, ended: Ended): string | null {
  const { exitCode, err, killed, notStarted } = ended;
  if (killed === null && exitCode === 0) return null;
  const [program] = argv;
  if (notStarted !== null) return `${program} cannot be started: ${notStarted}`;
  if (killed === "time") return `${program} did not end within ${timeoutSeconds} s`;
  if (killed === "output") return `${program} printed more than ${MOST_BYTES / 1024} KiB`;
  const lastLine = err.trim().split("\n").at(-1);
  const how = exitCode === null ? "was killed" : `ended with ${exitCode}`;
  return lastLine ? `${program} ${how}: ${lastLine.slice(0, 300)}` : `${program} ${how}`;
}

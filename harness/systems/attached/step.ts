/** Runs a program of theirs by its argument vector: no shell, no more environment than it needs, and an end in time. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Step } from "../../model/plan/own-system.ts";
import { reasonOf } from "../../model/program/failure.ts";

export interface Ended {
  /** `null`: it was ended by a signal, ours or another. */
  exitCode: number | null;
  /** Of what it printed, no more than `MOST_BYTES`. */
  out: string;
  err: string;
  /** It ran longer than it may, or printed more, and was killed. */
  killed: "time" | "output" | null;
  /** Why it never ran. */
  notStarted: string | null;
}

const MOST_BYTES = 65_536;

/** How the usual tools find what they are to talk to. None of it is a secret. */
const TOOLS_ASK = ["KUBECONFIG", "DOCKER_HOST", "DOCKER_CONTEXT"];

/** What every program gets of this process's environment, whoever runs it and when. */
export function lasting(): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, ...setOf(TOOLS_ASK) };
}

/** What is another after the next login. */
export function ofThisLogin(): Record<string, string> {
  return setOf(["SSH_AUTH_SOCK"]);
}

function setOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Resolves when it has ended, whichever way. What it has started itself is killed with it. */
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
        // It has ended meanwhile.
      }
    };
    const read = { out: Buffer.alloc(0), err: Buffer.alloc(0) };
    const take = (what: "out" | "err") => (piece: Buffer) => {
      read[what] = Buffer.concat([read[what], piece]).subarray(0, MOST_BYTES);
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

/** For a folder that is not there, the system says that the program is not. */
function whyNot(error: unknown, folder: string | undefined): string {
  return folder !== undefined && !existsSync(folder) ? `there is no folder ${folder}` : reasonOf(error);
}

/** What it printed. Throws why it did not do what it was to do. */
export async function outputOf(step: Step): Promise<string> {
  const ended = await runStep(step);
  const why = whyFailed(step, ended);
  if (why !== null) throw new Error(why);
  return ended.out;
}

/** Why it did not do what it was to do, for people; `null` when it ended with 0. */
export function whyFailed({ argv, timeoutSeconds }: Step, ended: Ended): string | null {
  const { exitCode, err, killed, notStarted } = ended;
  if (killed === null && exitCode === 0) return null;
  const [program] = argv;
  if (notStarted !== null) return `${program} cannot be started: ${notStarted}`;
  if (killed === "time") return `${program} did not end within ${timeoutSeconds} s`;
  if (killed === "output") return `${program} printed more than ${MOST_BYTES / 1024} KiB`;
  const said = err.trim().split("\n").at(-1);
  const how = exitCode === null ? "was killed" : `ended with ${exitCode}`;
  return said ? `${program} ${how}: ${said.slice(0, 300)}` : `${program} ${how}`;
}

/** `test` with the program itself, started as users start it, with its own results folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test as plain } from "vitest";

export const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const MAIN = join(PROJECT, "harness/cli/main.ts");

export interface Command {
  child: ChildProcess;
  /** The output so far, both streams. */
  text: () => string;
  exited: Promise<number | null>;
}

export interface Commands {
  /** Removed at the end of the test file. */
  folder: string;
  /** A folder in `folder`. */
  results: string;
  fhirdrill: (args: readonly string[], env?: NodeJS.ProcessEnv, cwd?: string) => Command;
  /** Runs a shell line in a folder. */
  shell: (line: string, cwd: string) => Command;
}

export const test = plain
  .extend("main", { scope: "worker" }, MAIN)
  .extend("commands", { scope: "file" }, ({ main }, { onCleanup }): Commands => {
    const folder = mkdtempSync(join(tmpdir(), "fhirdrill-test-"));
    const results = join(folder, "results");
    const started: Command[] = [];
    onCleanup(() => {
      for (const { child } of started) child.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    });
    const start = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = PROJECT) => {
      const child = spawn(program, args, {
        cwd,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, CI: "true", FHIRDRILL_RESULTS: results, ...env },
      });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
      const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
      const command = { child, text: () => text, exited };
      started.push(command);
      return command;
    };
    return {
      ...{ folder, results },
      fhirdrill: (args, env, cwd) => start(process.execPath, [main, ...args], env, cwd),
      shell: (line, cwd) => start("/bin/sh", ["-c", line], {}, cwd),
    };
  });

/** The host's programs that set-up needs: apt-get, debootstrap. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { DrillFailure } from "../../model/program/failure.ts";
import { firstComplaint } from "./first-complaint.ts";

/** Characters kept from the end of the output, where a failing program explains itself. */
const KEPT = 100_000;

export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(`${folder}/${name}`));
}

/** Runs a program to its end, silently; a failure carries the program's own explanation. */
export async function runProgram(name: string, args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { code, tail } = await new Promise<{ code: number | null; tail: string }>((resolve) => {
    const child = spawn(name, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    const keep = (chunk: Buffer) => {
      text = (text + chunk).slice(-KEPT);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: -1, tail: error.message }));
    child.on("close", (code) => resolve({ code, tail: text }));
  });
  if (code === 0) return;
  throw new DrillFailure({
    what: `${name} failed`,
    why: firstComplaint(tail) ?? tail.trim().split("\n").at(-1) ?? "",
    todo: `run "${name} ${args.join(" ")}" by hand as root and read its output; it needs Debian's packages`,
  });
}

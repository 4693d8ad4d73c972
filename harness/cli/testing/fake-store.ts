/** For tests: fake runs as folders on disk, and the output of `check` on them. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../check/testing/fake-plan.ts";
import { fakeParts, filesOf, type Parts } from "../../check/testing/fake-run.ts";
import type { Run } from "../../model/record/run.ts";
import { newRunFolder } from "../../store/results.ts";
import { RunFolder } from "../../store/run-folder.ts";
import { checkCommand } from "../check.ts";
import { rejudge } from "../rejudge.ts";

/** Stores a fake run with these changes to its plan or its files, and with its current verdict. */
export function stored(
  root: string,
  [scenario, config, id]: readonly [string, string, string],
  changes: Partial<Plan> = {},
  edit: (parts: Parts) => Partial<Parts> = () => ({}),
): string {
  const parts = fakeParts(changes);
  const { run } = parts;
  const named = { ...run, id, scenario: { ...run.scenario, name: scenario }, config: { ...run.config, name: config } };
  const folder = newRunFolder(scenario, config, id, root);
  folder.writeRun(named);
  const { run: _, stranded, ...lines } = filesOf({ ...parts, run: named, ...edit({ ...parts, run: named }) });
  for (const [name, text] of Object.entries(lines)) writeFileSync(join(folder.path, `${name}.ndjson`), text);
  writeFileSync(join(folder.path, "stranded.json"), stranded);
  const { verdict } = rejudge(folder.path);
  if (verdict !== null) folder.writeVerdict(verdict);
  return folder.path;
}

/** Changes run.json and removes the verdict, as if the run had not been judged yet. */
export function changeRun(path: string, change: (run: Run) => Partial<Run>): void {
  const folder = new RunFolder(path);
  const run = JSON.parse(folder.readText("run.json") as string) as Run;
  folder.writeRun({ ...run, ...change(run) });
  rmSync(join(path, "verdict.json"));
}

export interface Checked {
  code: number;
  out: string;
  err: string;
}

export async function checked(names: string[], json = false): Promise<Checked> {
  return captured(() => checkCommand(names, json));
}

/** A command's exit code and output. */
export async function captured(command: () => number | Promise<number>): Promise<Checked> {
  const streams = [process.stdout, process.stderr];
  const texts = ["", ""];
  const writes = streams.map((stream) => stream.write);
  streams.forEach((stream, index) => {
    stream.write = (text: string | Uint8Array) => {
      texts[index] = `${texts[index]}${text}`;
      return true;
    };
  });
  try {
    const code = await command();
    return { code, out: texts[0] as string, err: texts[1] as string };
  } finally {
    streams.forEach((stream, index) => {
      stream.write = writes[index] as typeof stream.write;
    });
  }
}

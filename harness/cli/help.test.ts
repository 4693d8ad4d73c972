/** `--help`, by the program itself: it fits one screen and has an example to copy. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const SCREEN = { lines: 24, columns: 80 };

function help(...command: string[]): string {
  const { FORCE_COLOR, ...env } = process.env;
  return execFileSync(process.execPath, [MAIN, ...command, "--help"], { encoding: "utf8", env });
}

const program = help();
const commands = [...program.matchAll(/^ {2}([a-z-]+) {2,}\w/gm)].map(([, name]) => name as string);

test("there are commands", () => {
  expect(commands).toEqual(expect.arrayContaining(["run", "matrix", "table", "list", "check", "doctor", "clean"]));
});

test.each(["", ...commands.filter((name) => name !== "help")])(
  "help of %j fits one screen and has an example",
  (name) => {
    const text = name === "" ? program : help(name);
    const lines = text.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(SCREEN.lines);
    expect(lines.filter((line) => line.length > SCREEN.columns)).toEqual([]);
    expect(text).toContain(`Examples:\n  npm run chaos -- ${name}`);
  },
);

/** A result is delivered whole or is an error, whoever reads it: by the command itself. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "../model/program/failure.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const LIKE_A_BROKEN_PIPE = 141;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-streams-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `fhirdrill` in it is the command; the exit code is the command's, whatever follows in the pipe. */
function shell(script: string) {
  const defined = `fhirdrill() { '${process.execPath}' '${MAIN}' "$@"; }\n${script}\nexit \${PIPESTATUS[0]}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", defined], {
    cwd: CHECKOUT,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  return { code: status, out: stdout, err: stderr };
}

/** Larger than a pipe's buffer. */
const LARGE = ["export ndjson measured", "trend measured --json"];

describe.each(LARGE)("%s", (command) => {
  test("passes whole through a pipe that is read slowly", () => {
    const whole = join(folder, "whole");
    const { code } = shell(`fhirdrill ${command} > '${whole}'`);
    const slowly = shell(`fhirdrill ${command} | { sleep 1; cat; }`);
    expect([slowly.code, slowly.err]).toEqual([code, ""]);
    expect(slowly.out.length).toBeGreaterThan(2 ** 17);
    expect(slowly.out === readFileSync(whole, "utf8")).toBe(true);
  });
});

const FULL = /^error: the result cannot be written to standard output\n {2}why: the disk is full\n {3}do: .+\n$/;
const SMALL = [
  "check results/sample",
  "table results/sample",
  "list",
  "plan",
  "help",
  "--version",
  "export csv measured",
];

test.runIf(existsSync("/dev/full")).each(SMALL)("%s to a full disk is an error", (command) => {
  const { code, err } = shell(`fhirdrill ${command} > /dev/full`);
  expect(code).toBe(EXIT.internal);
  expect(err).toMatch(FULL);
});

test.each([...SMALL, ...LARGE])("%s ends quietly if the reader stops", (command) => {
  const { code, err } = shell(`fhirdrill ${command} | true`);
  expect([code, err]).toEqual([LIKE_A_BROKEN_PIPE, ""]);
});

test("without a reader of its progress, a command ends as usual", () => {
  expect(shell("fhirdrill run nonsense 2>&1 >/dev/null | true").code).toBe(EXIT.usage);
  expect(shell("fhirdrill run nonsense 2> /dev/full").code).toBe(EXIT.usage);
});

/** A disk that fills up after the first part of the output, and disappears with the process. */
const SMALL_DISK = "mount -t tmpfs -o size=256k none /mnt";
test.runIf(spawnSync("unshare", ["-m", "bash", "-c", SMALL_DISK]).status === 0)(
  "a disk that fills half-way is an error",
  () => {
    const command = `'${process.execPath}' '${MAIN}' export ndjson measured > /mnt/out`;
    const { status, stderr } = spawnSync("unshare", ["-m", "bash", "-c", `${SMALL_DISK}; ${command}`], {
      cwd: CHECKOUT,
      encoding: "utf8",
    });
    expect(status).toBe(EXIT.internal);
    expect(stderr).toMatch(FULL);
  },
);

test("no other file of the harness writes to them", () => {
  const sources = globSync("harness/**/*.ts", {
    cwd: CHECKOUT,
    exclude: ["**/*.test.ts", "harness/report/run-page/client/**"],
  });
  expect(sources.length).toBeGreaterThan(100);
  const writing = /process\.std(out|err)\.write|\bconsole\.(log|error|warn|info)\b/;
  expect(sources.filter((path) => writing.test(readFileSync(join(CHECKOUT, path), "utf8")))).toEqual([]);
});

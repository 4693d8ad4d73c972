/** Arguments typed by habit or by mistake: understood, or refused by name. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { EXIT } from "../model/program/failure.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

function fhirdrill(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd: CHECKOUT, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

test.each(["--version", "-V"])("%s prints the version", (option) => {
  const { version } = JSON.parse(readFileSync(`${CHECKOUT}package.json`, "utf8"));
  expect(fhirdrill(option)).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

test("help is the same as --help, for the program and for each command", () => {
  expect(fhirdrill("help")).toEqual(fhirdrill("--help"));
  expect(fhirdrill("help", "run")).toEqual(fhirdrill("run", "--help"));
  expect(fhirdrill("help").code).toBe(0);
});

describe("a number is written in digits", () => {
  test.each(["1e3", "0x10", " 7", "7 ", "+7", "-7", "7.0", "", "٧", "1_000", "Infinity"])("%j is refused", (text) => {
    const { code, out, err } = fhirdrill("plan", `--seed=${text}`);
    expect([code, out]).toEqual([EXIT.usage, ""]);
    expect(err).toContain("It must be a whole number from 0 to ");
  });

  test("7 is accepted", () => {
    expect(fhirdrill("plan", "--seed", "7").out).toMatch(/ --seed 7\n$/);
  });

  test.each(["run", "matrix", "nightly"])("for %s, too", (command) => {
    expect(fhirdrill(command, "--repeat", "1e1").code).toBe(EXIT.usage);
  });
});

describe("an empty name, as an unset variable leaves it, is refused", () => {
  test.each([
    ["export", "csv", "results/sample", "--output", ""],
    ["report", "results/sample", "-o", ""],
    ["trend", "measured", "--html", ""],
    ["compare", "measured/region-loss", "measured/silent-region", "--html", ""],
    ["matrix", "--resume", ""],
    ["check", ""],
    ["table", "measured/region-loss", ""],
    ["run", ""],
    ["plan", "--config", ""],
  ])("%j %j %j %j %j", (...args) => {
    const { code, out, err } = fhirdrill(...args.filter((arg) => arg !== undefined));
    expect([code, out]).toEqual([EXIT.usage, ""]);
    expect(err).toMatch(/^error: /);
  });
});

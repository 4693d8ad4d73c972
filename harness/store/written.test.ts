/** Writing into files and devices that the user names. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import { writeTo } from "./written.ts";

const WRITTEN = new URL("written.ts", import.meta.url).href;
const LONG = "x".repeat(200_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-written-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

test("a file is replaced atomically, keeps its permissions, and nothing is left beside it", () => {
  expect(writeTo("it", at("new"), "1")).toBe(at("new"));
  writeFileSync(at("old"), "0");
  chmodSync(at("old"), 0o600);
  const before = statSync(at("old")).ino;
  writeTo("it", at("old"), "1");
  const { mode, ino } = statSync(at("old"));
  expect([readFileSync(at("old"), "utf8"), mode & 0o777, ino === before]).toEqual(["1", 0o600, false]);
  expect(readdirSync(folder).toSorted()).toEqual(["new", "old"]);
});

describe("written through, not replaced, is", () => {
  test("a link, even to a missing file", () => {
    for (const target of ["there", "not-there"]) {
      if (target === "there") writeFileSync(at(target), "a longer text than the new one");
      symlinkSync(target, at(`to-${target}`));
      writeTo("it", at(`to-${target}`), "1");
      expect([lstatSync(at(`to-${target}`)).isSymbolicLink(), readFileSync(at(target), "utf8")]).toEqual([true, "1"]);
    }
  });

  test("a pipe", () => {
    execFileSync("mkfifo", [at("pipe")]);
    const script = `cat '${at("pipe")}' & '${process.execPath}' -e '
      import("${WRITTEN}").then(({ writeTo }) => writeTo("it", "${at("pipe")}", "x".repeat(${LONG.length})))'; wait`;
    const { stdout } = spawnSync("bash", ["-c", script], { encoding: "utf8", timeout: 20_000 });
    expect(stdout === LONG).toBe(true);
    expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
  });

  test("standard output by its path, also into a file", () => {
    symlinkSync("/proc/self/fd/1", at("stdout"));
    const script = `
      import("${WRITTEN}").then(({ writeTo }) => writeTo("it", "${at("stdout")}", "1\\n"))`;
    const written = `{ '${process.execPath}' -e '${script}'; echo 2; }`;
    expect(spawnSync("bash", ["-c", `${written} | cat`], { encoding: "utf8" }).stdout).toBe("1\n2\n");
    expect(lstatSync(at("stdout")).isSymbolicLink()).toBe(true);
  });

  // A device on a private file system that ends with the process, so the machine's /dev is not touched.
  const MOUNTED = ["-m", "bash", "-c", `mount -t tmpfs none /mnt && mknod /mnt/null c 1 3 && stat -c %F /mnt/null`];
  test.runIf(spawnSync("unshare", MOUNTED).status === 0)("a device", () => {
    const script = `mount -t tmpfs none /mnt && mknod /mnt/null c 1 3 && '${process.execPath}' -e '
      import("${WRITTEN}").then(({ writeTo }) => writeTo("it", "/mnt/null", "1"))' && stat -c %F /mnt/null`;
    const { stdout } = spawnSync("unshare", ["-m", "bash", "-c", script], { encoding: "utf8" });
    expect(stdout).toBe("character special file\n");
  });

  test.runIf(spawnSync("unshare", MOUNTED).status === 0)("a file that is mounted by itself", () => {
    writeFileSync(at("inner"), "0");
    writeFileSync(at("outer"), "");
    const script = `mount --bind '${at("inner")}' '${at("outer")}' && '${process.execPath}' -e '
      import("${WRITTEN}").then(({ writeTo }) => writeTo("it", "${at("outer")}", "1"))'`;
    const { stderr } = spawnSync("unshare", ["-m", "bash", "-c", script], { encoding: "utf8" });
    expect([readFileSync(at("inner"), "utf8"), stderr]).toEqual(["1", ""]);
    expect(readdirSync(folder).toSorted()).toEqual(["inner", "outer"]);
  });
});

describe("a wrong name is a usage error", () => {
  const failureOf = (name: string) => {
    try {
      writeTo("the page", name, "1");
    } catch (error) {
      if (error instanceof DrillFailure) return [error.exitCode, error.text.what, error.text.why];
    }
    throw new Error("it did not fail");
  };

  test("for a missing folder, and for one that is a file", () => {
    writeFileSync(at("file"), "");
    for (const folder of ["missing", "file"]) {
      const name = at(`${folder}/page.html`);
      const why = `there is no folder ${at(folder)}`;
      expect(failureOf(name)).toEqual([EXIT.usage, `the page cannot be written to ${name}`, why]);
    }
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("but not if it cannot be examined: then the system's error is reported", () => {
    symlinkSync("loop", at("loop"));
    expect(failureOf(at("loop/page.html"))).toEqual([
      EXIT.internal,
      `the page cannot be written to ${at("loop/page.html")}`,
      expect.stringMatching(/^ELOOP: /),
    ]);
  });

  test("for a folder instead of a file", () => {
    mkdirSync(at("pages"));
    expect(failureOf(at("pages"))).toEqual([
      EXIT.usage,
      `the page cannot be written to ${at("pages")}`,
      "it is a folder",
    ]);
  });
});

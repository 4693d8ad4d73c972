import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OwnSystemSchema, type Step } from "../../model/plan/own-system.ts";
import { notStartable } from "./startable.ts";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill programs "));
beforeAll(() => {
  for (const [name, mode] of [
    ["works", 0o755],
    ["plain", 0o644],
  ] as const) {
    writeFileSync(join(folder, name), "#!/bin/sh\n");
    chmodSync(join(folder, name), mode);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const own = (stop: { argv: Step["argv"]; folder?: string }) =>
  OwnSystemSchema.parse({ is: "ours", fhir: { base: "http://fhir.test" }, guard: { stop } });

test.each<[string, { argv: Step["argv"]; folder?: string }, string[]]>([
  ["by the path", { argv: ["works"] }, []],
  ["by its folder", { argv: ["./works"], folder }, []],
  ["by its whole path", { argv: [join(folder, "works")], folder: "/" }, []],
  ["not on the path", { argv: ["b"] }, ["guard.stop: there is no b on the path"]],
  ["not in the folder", { argv: ["./b"], folder }, [`guard.stop: there is no ${join(folder, "b")}`]],
  [
    "not executable",
    { argv: ["./plain"], folder },
    [`guard.stop: ${join(folder, "plain")} is not executable (chmod +x)`],
  ],
  ["a folder", { argv: ["./"], folder }, [`guard.stop: ${folder} is not executable (chmod +x)`]],
  [
    "in no folder",
    { argv: ["works"], folder: join(folder, "no") },
    [`guard.stop: there is no folder ${join(folder, "no")}`],
  ],
])("%s", (_, stop, lines) => {
  expect(notStartable(own(stop), `/nowhere:${folder}`)).toEqual(lines);
});

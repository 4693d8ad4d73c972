/** The user's folder, by what npm says and by what it does not. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKOUT, placeOf } from "./here.ts";

const docs = join(CHECKOUT, "docs");
const npm = { INIT_CWD: docs, npm_lifecycle_event: "chaos", npm_package_json: join(CHECKOUT, "package.json") };

test("npm's word is taken for the command that it started, from wherever that was", () => {
  expect(placeOf(npm, CHECKOUT)).toBe(docs);
  expect(placeOf({ ...npm, INIT_CWD: "/" }, CHECKOUT)).toBe("/");
});

test.each([
  ["without npm", {}, CHECKOUT],
  ["of another script, as in its tests", { ...npm, npm_lifecycle_event: "test" }, CHECKOUT],
  ["of another package", { ...npm, npm_package_json: "/somewhere/package.json" }, CHECKOUT],
  ["of a package.json that is not told", { ...npm, npm_package_json: undefined }, CHECKOUT],
  ["by somebody who went on to another folder", npm, join(CHECKOUT, "harness")],
  ["where that folder is gone", { ...npm, INIT_CWD: "/no/such/folder" }, CHECKOUT],
])("it is the process's own folder %s", (_name, environment, cwd) => {
  expect(placeOf(environment, cwd)).toBe(cwd);
});

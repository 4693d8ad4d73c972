/** The user's folder, with and without npm's variables. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKOUT, placeOf } from "./here.ts";

const docs = join(CHECKOUT, "docs");
const npm = { INIT_CWD: docs, npm_lifecycle_event: "chaos", npm_package_json: join(CHECKOUT, "package.json") };

test("npm's INIT_CWD is trusted for the command that npm started, in any folder", () => {
  expect(placeOf(npm, CHECKOUT)).toBe(docs);
  expect(placeOf({ ...npm, INIT_CWD: "/" }, CHECKOUT)).toBe("/");
});

test.each([
  ["without npm", {}, CHECKOUT],
  ["for another script, such as the tests", { ...npm, npm_lifecycle_event: "test" }, CHECKOUT],
  ["for another package", { ...npm, npm_package_json: "/somewhere/package.json" }, CHECKOUT],
  ["without npm_package_json", { ...npm, npm_package_json: undefined }, CHECKOUT],
  ["after a change of folder", npm, join(CHECKOUT, "harness")],
  ["if INIT_CWD no longer exists", { ...npm, INIT_CWD: "/no/such/folder" }, CHECKOUT],
])("it is the process's folder %s", (_name, environment, cwd) => {
  expect(placeOf(environment, cwd)).toBe(cwd);
});

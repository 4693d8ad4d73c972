/** What a server cannot do leaves out the checks that need it: they must not hold without having examined anything. */
import { expect, test } from "vitest";
import { type Dialect, HAPI_DIALECT } from "../model/plan/dialect.ts";
import { judge } from "./judge.ts";
import { onOwnSystem } from "./testing/fake-own.ts";
import { fakeParts, recordOf } from "./testing/fake-run.ts";

function wordOf(name: string, dialect: Partial<Dialect>) {
  const parts = onOwnSystem(fakeParts());
  const run = { ...parts.run, dialect: { ...HAPI_DIALECT, ...dialect } };
  return judge(recordOf({ ...parts, run })).checks.find((check) => check.name === name)?.verdict;
}

test.each<[string, Partial<Dialect>]>([
  ["unexpected-writes", { tagSearch: false }],
  ["index-lost", { identifierSearch: false }],
  ["double-executed-writes", { versions: "opaque" }],
])("%s is not examined on a server with %j", (name, dialect) => {
  expect(wordOf(name, {})).not.toBe("not-examined");
  expect(wordOf(name, dialect)).toBe("not-examined");
});

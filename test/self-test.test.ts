/** The self-test as people start it: a drill on real components, with defects seeded in it. */
import { expect } from "vitest";
import { test } from "./command.ts";

test("what is seeded in a real drill is found, all of it and nothing else", async ({ commands }) => {
  const run = commands.fhirdrill(["self-test", "--rate", "15", "--json"]);
  const code = await run.exited;
  expect(run.text()).toMatch(/"agrees":true/);
  expect(code).toBe(0);
}, 300_000);

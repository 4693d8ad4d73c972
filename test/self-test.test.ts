/** The self-test as users start it: a drill on real components, with seeded defects. */
import { expect } from "vitest";
import { test } from "./command.ts";

test("all defects that are seeded in a real drill are found, and nothing else", async ({ commands }) => {
  const run = commands.fhirdrill(["self-test", "--rate", "15", "--json"]);
  const code = await run.exited;
  expect(run.text()).toMatch(/"agrees":true/);
  expect(code).toBe(0);
}, 300_000);

import type { StartedTestContainer } from "testcontainers";
import { expect, test } from "vitest";
import type { Engine } from "../topology/engine.ts";
import { whenLoadEndsEarly } from "./endings.ts";

const container = { getId: () => "1" } as StartedTestContainer;
const load = { container, ended: Promise.resolve(107) };
const notDue = new AbortController().signal;

function engineWith(log: string): Engine {
  const framed = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, log.length]), Buffer.from(log)]);
  return { container: { dockerode: { getContainer: () => ({ logs: async () => framed }) } } } as unknown as Engine;
}

test.each([
  ["Error: no such thing\n\tat file:///bad.js:1:34(3)\n", "k6 left with code 107: no such thing"],
  ["one\nits last words\n", "k6 left with code 107: its last words"],
  ["", "k6 left with code 107"],
])("a load that ends before its time says why: %j", async (log, why) => {
  await expect(whenLoadEndsEarly(engineWith(log), load, notDue)).rejects.toMatchObject({ text: { why } });
});

test("one that ends when it may is no failure", async () => {
  const ended = whenLoadEndsEarly(engineWith("done"), load, AbortSignal.abort());
  expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20, "went on"))])).toBe("went on");
});

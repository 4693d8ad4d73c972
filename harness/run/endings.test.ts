import type { StartedTestContainer } from "testcontainers";
import { expect, test } from "vitest";
import type { Engine } from "../topology/engine.ts";
import { loadEndedEarly } from "./endings.ts";

const k6 = { getId: () => "1" } as StartedTestContainer;

function engineWith(log: string): Engine {
  const framed = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, log.length]), Buffer.from(log)]);
  return { container: { dockerode: { getContainer: () => ({ logs: async () => framed }) } } } as unknown as Engine;
}

test.each([
  ["Error: no such thing\n\tat file:///bad.js:1:34(3)\n", "k6 left with code 107: no such thing"],
  ["one\nits last words\n", "k6 left with code 107: its last words"],
  ["", "k6 left with code 107"],
])("a load that ends before its time says why: %j", async (log, why) => {
  expect((await loadEndedEarly(engineWith(log), k6, 107)).text.why).toBe(why);
});

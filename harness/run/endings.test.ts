import { expect, test } from "vitest";
import { whenLoadEndsEarly } from "./endings.ts";

const notDue = new AbortController().signal;
const K6 = { program: "k6", called: "k6" } as const;
const loadThatSaid = (log: string) => ({ ...K6, ended: Promise.resolve(107), log: async () => log });

test.each([
  ["Error: no such thing\n\tat file:///bad.js:1:34(3)\n", "k6 exited with code 107: no such thing"],
  ["one\nits last words\n", "k6 exited with code 107: its last words"],
  ["", "k6 exited with code 107"],
])("a load that ends before its time says why: %j", async (log, why) => {
  await expect(whenLoadEndsEarly(loadThatSaid(log), notDue)).rejects.toMatchObject({ text: { why } });
});

test("a load that ends when due is no failure", async () => {
  const ended = whenLoadEndsEarly(loadThatSaid("done"), AbortSignal.abort());
  expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20, "went on"))])).toBe("went on");
});

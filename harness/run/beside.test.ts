import { expect, test } from "vitest";
import { Beside } from "./beside.ts";

const never = new AbortController().signal;

test("a failed round is skipped, and rounds go on until the end", async () => {
  const beside = new Beside(never);
  const twice = Promise.withResolvers<void>();
  let rounds = 0;
  beside.repeat(1, async () => {
    rounds += 1;
    if (rounds === 3) twice.resolve();
    throw new Error("no answer");
  });
  await twice.promise;
  await beside.end();
  const before = rounds;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(rounds).toBe(before);
});

test("the end aborts the signal, stops the probes and waits for all work, even if some failed", async () => {
  const beside = new Beside(never);
  const ended: string[] = [];
  beside.add(Promise.reject(new Error("failed before")));
  beside.add(
    new Promise<void>((resolve) => {
      beside.signal.addEventListener("abort", () => {
        ended.push("work");
        resolve();
      });
    }),
  );
  beside.addProbe(async () => void ended.push("probe"));
  beside.addProbe(() => Promise.reject(new Error("hangs")));
  await beside.end();
  expect(ended).toEqual(["work", "probe"]);
});

test("an aborted drill aborts the signal too", () => {
  const calledOff = new AbortController();
  const beside = new Beside(calledOff.signal);
  expect(beside.signal.aborted).toBe(false);
  calledOff.abort();
  expect(beside.signal.aborted).toBe(true);
});

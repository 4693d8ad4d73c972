import { expect, test } from "vitest";
import { OwnSystemSchema } from "../model/plan/own-system.ts";
import { passed, whenUnsafe } from "./guard.ts";

const { guard } = OwnSystemSchema.parse({ is: "a system", fhir: { base: "http://fhir.test/fhir" } });
const limits = { ...guard, maxDowntimeSeconds: 10, maxThrottledShare: 0.2 };
const fine = { firstSeenMs: 1000, lastAckMs: 50_000, answered: 1000, throttled: 0 };
const unhurried = { guard: limits, now: () => 51_000 };

test("nothing is passed while writes are acknowledged, or before the first was sent", () => {
  expect(passed(limits, fine, 60_000)).toBeNull();
  expect(passed(limits, { ...fine, firstSeenMs: null, lastAckMs: null }, 99_000)).toBeNull();
});

test("nobody could write for longer than agreed, also when nobody ever could", () => {
  expect(passed(limits, fine, 60_001)).toMatch(/for 10 s, and maxDowntimeSeconds is 10/);
  expect(passed(limits, { ...fine, lastAckMs: null }, 11_001)).toMatch(/maxDowntimeSeconds/);
});

test("too much was refused as too much, once there are answers enough to say so", () => {
  expect(passed(limits, { ...fine, throttled: 201 }, 51_000)).toMatch(
    /^20 % of the writes .* maxThrottledShare is 0.2$/,
  );
  expect(passed(limits, { ...fine, throttled: 200 }, 51_000)).toBeNull();
  expect(passed(limits, { ...fine, answered: 49, throttled: 49 }, 51_000)).toBeNull();
});

test("whoever watches over the system can end it, and it ends as inconclusive with their reason", async () => {
  const askToStop = async () => "check-staging ended with 1: the queue is full";
  const { signal } = new AbortController();
  const ended = await whenUnsafe({ ...unhurried, askToStop }, fine, signal).catch((error) => error);
  expect(ended).toMatchObject({ exitCode: 2, message: expect.stringContaining("stopped by its guard") });
  expect(ended.text.why).toContain("the queue is full");
});

test("it is over when the drill is", async () => {
  const stop = new AbortController();
  const watching = whenUnsafe({ ...unhurried, askToStop: async () => null }, fine, stop.signal);
  stop.abort();
  await expect(watching).rejects.toThrow(/abort/);
});

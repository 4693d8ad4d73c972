import { expect, test } from "vitest";
import { OwnSystemSchema } from "../model/plan/own-system.ts";
import { passed, whenUnsafe } from "./guard.ts";

const { guard } = OwnSystemSchema.parse({ is: "a system", fhir: { base: "http://fhir.test/fhir" } });
const limits = { ...guard, maxDowntimeSeconds: 10, maxThrottledShare: 0.2 };
const fine = { firstSeenMs: 1000, lastAckMs: 50_000, answered: 1000, throttled: 0 };
const unhurried = { guard: limits, now: () => 51_000 };

test("no limit is exceeded while writes are acknowledged, or before the first was sent", () => {
  expect(passed(limits, fine, 60_000)).toBeNull();
  expect(passed(limits, { ...fine, firstSeenMs: null, lastAckMs: null }, 99_000)).toBeNull();
});

test("the limit is exceeded when nobody could write for too long, even from the start", () => {
  expect(passed(limits, fine, 60_001)).toMatch(/for 10 s, and maxDowntimeSeconds is 10/);
  expect(passed(limits, { ...fine, lastAckMs: null }, 11_001)).toMatch(/maxDowntimeSeconds/);
});

test("the limit is exceeded when too many writes were throttled, given enough answers", () => {
  expect(passed(limits, { ...fine, throttled: 201 }, 51_000)).toMatch(
    /^20 % of the writes .* maxThrottledShare is 0.2$/,
  );
  expect(passed(limits, { ...fine, throttled: 200 }, 51_000)).toBeNull();
  expect(passed(limits, { ...fine, answered: 49, throttled: 49 }, 51_000)).toBeNull();
});

test("the system's stop check can end the drill, which is then inconclusive with its reason", async () => {
  const askToStop = async () => "check-staging ended with 1: the queue is full";
  const { signal } = new AbortController();
  const ended = await whenUnsafe({ ...unhurried, askToStop }, fine, signal).catch((error) => error);
  expect(ended).toMatchObject({ exitCode: 2, message: expect.stringContaining("stopped by its guard") });
  expect(ended.text.why).toContain("the queue is full");
});

test("the guard ends with the drill", async () => {
  const stop = new AbortController();
  const watching = whenUnsafe({ ...unhurried, askToStop: async () => null }, fine, stop.signal);
  stop.abort();
  await expect(watching).rejects.toThrow(/abort/);
});

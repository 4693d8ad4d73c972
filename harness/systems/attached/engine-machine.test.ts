import { expect, test } from "vitest";
import { fakeEngine } from "../lab/testing/fake-engine.ts";
import { engineClock, epochMsOf } from "./engine-machine.ts";

test("an engine's time has nanoseconds, and no digit is dropped", () => {
  expect(epochMsOf("2026-11-28T22:01:02.123456789Z")).toBeCloseTo(Date.UTC(2026, 10, 28, 22, 1, 2) + 123.456789, 3);
  expect(epochMsOf("2026-11-28T23:01:02.5+01:00")).toBe(Date.UTC(2026, 10, 28, 22, 1, 2) + 500);
});

test("the engine's clock is read between two readings of the drill's own clock", async () => {
  const times = [5, 9];
  const docker = { info: async () => ({ SystemTime: "2026-11-28T22:01:02.000Z" }) };
  const engine = fakeEngine(docker);
  expect(await engineClock(engine, () => times.shift() as number)).toEqual({
    ...{ askedMs: 5, answeredMs: 9 },
    epochMs: Date.UTC(2026, 10, 28, 22, 1, 2),
  });
});

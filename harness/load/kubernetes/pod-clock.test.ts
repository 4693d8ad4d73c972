import { tmpdir } from "node:os";
import { afterEach, expect, test } from "vitest";
import { PodClock } from "./pod-clock.ts";
import { localKeeper } from "./testing/local-keeper.ts";

const clocks: PodClock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.close();
});
function clockOf(keeper = localKeeper(tmpdir())) {
  const clock = new PodClock(keeper.open);
  clocks.push(clock);
  return { clock, keeper };
}

test("a sample is the node's clock between request and answer, over one connection", async () => {
  const { clock, keeper } = clockOf();
  for (let i = 0; i < 3; i += 1) {
    const { askedMs, answeredMs, epochMs } = await clock.sample(Date.now);
    // Our clock has whole milliseconds.
    expect(epochMs).toBeGreaterThanOrEqual(askedMs);
    expect(epochMs).toBeLessThan(answeredMs + 1);
  }
  expect(keeper.opened).toHaveLength(1);
});

test("without an answer there is no sample, and the next one uses a new connection", async () => {
  const { clock, keeper } = clockOf();
  await clock.sample(Date.now);
  keeper.cut();
  await expect(clock.sample(Date.now)).rejects.toThrow("the connection broke");
  expect((await clock.sample(Date.now)).epochMs).toBeGreaterThan(0);
  expect(keeper.opened).toHaveLength(2);
});

test("an answer that is no time is rejected", async () => {
  const { clock } = clockOf(localKeeper(tmpdir(), { onTheWay: () => Buffer.from("bash: no such variable\n") }));
  await expect(clock.sample(Date.now)).rejects.toThrow("that is no time: bash: no such variable");
});

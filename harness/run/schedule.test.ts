import { expect, test } from "vitest";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { jitterMs, loadTimes, ScenarioSchema } from "../model/plan/scenario.ts";
import { keepSchedule } from "./schedule.ts";

const SEED = 5;
const FIRST_MS = 700;
const scenario = ScenarioSchema.parse({
  ...regionLoss,
  faults: [
    { kind: "link-cut", link: "replication", afterSeconds: 2, healAfterSeconds: 3 },
    { kind: "region-loss", side: "a", afterSeconds: 2 },
  ],
  disaster: 1,
  orders: [{ kind: "switchover", to: "b", afterSeconds: 9 }],
});

/** What was done and when, if each act takes `actMs`. */
async function kept(actMs: number, baselineTakesMs = 0): Promise<[number, string][]> {
  let nowMs = FIRST_MS;
  const done: [number, string][] = [];
  await keepSchedule(scenario, SEED, {
    firstMs: FIRST_MS,
    now: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
    },
    enter: (phase) => {
      if (phase === "baseline") nowMs += baselineTakesMs;
      done.push([nowMs, phase]);
    },
    act: async (acts) => {
      done.push([nowMs, acts.map(({ does, index }) => `${does} ${index}`).join(", ")]);
      nowMs += actMs;
    },
  });
  return done;
}

const times = loadTimes(scenario);
const dueMs = (afterSeconds: number) => FIRST_MS + (times.faults + afterSeconds) * 1000 + jitterMs(SEED);

test("acts due at one moment are done together, each at its time after the first write", async () => {
  const done = await kept(0);
  expect(done.map(([, what]) => what)).toEqual(["baseline", "inject 0, inject 1", "heal 0", "order 0", "after"]);
  const expected = [FIRST_MS + times.baseline * 1000, dueMs(2), dueMs(5), dueMs(9), dueMs(9)];
  for (const [i, [atMs]] of done.entries()) expect(atMs).toBeCloseTo(expected[i] as number, 6);
});

test("a baseline that starts late delays all acts equally, so none seems early", async () => {
  const done = await kept(0, 40);
  const expected = [FIRST_MS + times.baseline * 1000, dueMs(2), dueMs(5), dueMs(9), dueMs(9)].map((ms) => ms + 40);
  for (const [i, [atMs]] of done.entries()) expect(atMs).toBeCloseTo(expected[i] as number, 6);
});

test("a long act delays the next one only as much as necessary", async () => {
  const atMs = (await kept(3500)).map(([ms]) => ms);
  expect(atMs[2]).toBeCloseTo(dueMs(2) + 3500, 6);
  expect(atMs[3]).toBeCloseTo(dueMs(9), 6);
});

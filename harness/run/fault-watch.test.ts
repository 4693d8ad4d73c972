import { expect, test } from "vitest";
import type { Evidence } from "../faults/fault.ts";
import type { FaultEvent } from "../model/record/event.ts";
import { FaultWatch } from "./fault-watch.ts";

/** Waits that take almost no time; a doubtful recheck is repeated for three observations. */
const QUICK = { everyMs: 1, doubtMs: 2500, againMs: 0, recheckMs: 50 };
const LOOK_MS = 1000;

type Seen = "bites" | "gone" | "neither" | "fails" | "hangs";

/**
 * Watches a fault. Its rechecks, each a second long, see the listed evidence in turn, then the last for ever. The watch
 * is ended once `endsAfter` rechecks have begun.
 */
async function watched(looks: Seen[], endsAfter = Number.POSITIVE_INFINITY) {
  let nowMs = 0;
  let begun = 0;
  const told: [FaultEvent["state"], FaultEvent["detail"]][] = [];
  const reached = Promise.withResolvers<void>();
  const recheck = async (): Promise<Evidence> => {
    const seen = looks[Math.min(begun, looks.length - 1)] as Seen;
    begun += 1;
    nowMs += LOOK_MS;
    if (begun >= endsAfter) reached.resolve();
    if (seen === "fails") throw new Error("no answer");
    if (seen === "hangs") return new Promise(() => {});
    return { bit: seen === "bites", gone: seen === "gone", detail: { seen } };
  };
  const tell = (state: FaultEvent["state"], detail: FaultEvent["detail"]) => {
    told.push([state, detail]);
    if (state === "not-lasted") reached.resolve();
  };
  const signal = new AbortController().signal;
  const watch = new FaultWatch({ recheck }, { tell, now: () => nowMs, signal }, QUICK);
  watch.ended.then(reached.resolve, reached.reject);
  await reached.promise;
  await watch.end();
  await watch.ended;
  await watch.end();
  return { told, states: told.map(([state]) => state), begun };
}

test("a fault that every recheck sees has lasted, and the longest gap between rechecks is reported", async () => {
  const { told } = await watched(["bites"], 3);
  expect(told).toEqual([["lasted", { looks: expect.any(Number), longestUnseenMs: LOOK_MS, seen: "bites" }]]);
  expect(told[0]?.[1].looks).toBeGreaterThanOrEqual(4);
});

test("a fault that clears by itself is reported as soon as that is seen, and no longer rechecked", async () => {
  const { told, begun } = await watched(["bites", "bites", "gone"]);
  expect(told).toEqual([["not-lasted", { lastSeenMs: LOOK_MS, seen: "gone" }]]);
  expect(begun).toBe(5);
});

test("a fault may be counteracted for a moment", async () => {
  const { told } = await watched(["bites", "gone", "gone", "bites"], 6);
  expect(told).toMatchObject([["lasted", { longestUnseenMs: 3 * LOOK_MS }]]);
});

test.each<Seen>(["neither", "fails", "hangs"])(
  "a look that sees neither (%s) is no end, but the last one must see it",
  async (blind) => {
    expect((await watched(["bites", blind, blind, blind, blind, "bites"], 7)).states).toEqual(["lasted"]);
    const { told } = await watched(["bites", blind], 3);
    expect(told).toMatchObject([["not-lasted", { lastSeenMs: 0 }]]);
    if (blind !== "neither") expect(told[0]?.[1].why).toMatch(/no answer|nothing could be seen/);
  },
);

test("a recheck overtaken by the last one is ignored, since it may have seen the healing", async () => {
  const states: string[] = [];
  const [overtaken, begun] = [Promise.withResolvers<Evidence>(), Promise.withResolvers<void>()];
  let looks = 0;
  const recheck = async (): Promise<Evidence> => {
    looks += 1;
    begun.resolve();
    return looks === 1 ? overtaken.promise : { bit: true, detail: {} };
  };
  const stage = {
    tell: (state: string) => void states.push(state),
    now: () => 0,
    signal: new AbortController().signal,
  };
  const watch = new FaultWatch({ recheck }, stage, { ...QUICK, doubtMs: 0, recheckMs: 10_000 });
  await begun.promise;
  await watch.end();
  overtaken.resolve({ bit: false, detail: {} });
  await watch.ended;
  expect(states).toEqual(["lasted"]);
});

test("an aborted drill reports nothing", async () => {
  const stop = new AbortController();
  const states: string[] = [];
  const recheck = async (): Promise<Evidence> => {
    stop.abort(new Error("called off"));
    return { bit: false, detail: {} };
  };
  const stage = { tell: (state: string) => void states.push(state), now: () => 0, signal: stop.signal };
  const watch = new FaultWatch({ recheck }, stage, QUICK);
  await watch.ended;
  await watch.end();
  expect(states).toEqual([]);
});

import { expect, test } from "vitest";
import type { ArmedFault } from "../faults/index.ts";
import type { Act } from "../model/plan/scenario.ts";
import type { FaultEvent } from "../model/record/event.ts";
import { perform } from "./act.ts";

type Acted = Omit<ArmedFault, "recheck">;

/**
 * The events of a cut that takes `lateChecks` observations to become active, or to clear. An observation takes a
 * second, so the time limit is soon reached.
 */
async function told(does: Act["does"], lateChecks: number): Promise<[string, unknown][]> {
  let bites = does === "heal";
  let late = 0;
  let nowMs = 0;
  const switchTo = async (on: boolean) => {
    nowMs += 10;
    bites = on;
    late = lateChecks;
  };
  const fault: Acted = {
    spec: { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 5 },
    inject: () => switchTo(true),
    heal: () => switchTo(false),
    evidence: async () => {
      nowMs += 1000;
      late -= 1;
      return { bit: late < 0 ? bites : !bites, detail: { seen: lateChecks - late } };
    },
  };
  const events: [FaultEvent["state"], unknown][] = [];
  const tell = (state: FaultEvent["state"], detail: FaultEvent["detail"]) => void events.push([state, detail]);
  await perform(does, fault, { tell, now: () => nowMs, signal: new AbortController().signal, healsWithinMs: 3000 });
  return events;
}

test("an injection is reported before and after, with the evidence", async () => {
  expect(await told("inject", 0)).toEqual([
    ["injecting", { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 5 }],
    ["injected", {}],
    ["evidenced", { seen: 1 }],
  ]);
});

test("a healing is reported once observed, with the time at which it was ordered", async () => {
  expect(await told("heal", 0)).toEqual([["healed", { orderedMs: 10, seen: 1 }]]);
});

test("evidence that comes late is waited for", async () => {
  expect((await told("inject", 2)).at(-1)).toEqual(["evidenced", { seen: 3 }]);
  expect((await told("heal", 2)).at(-1)).toEqual(["healed", { orderedMs: 10, seen: 3 }]);
});

test("but not for ever, and then it is not evidenced", async () => {
  expect((await told("inject", 99)).at(-1)?.[0]).toBe("not-evidenced");
  expect((await told("heal", 99)).map(([state]) => state)).toEqual(["not-healed"]);
});

test("a failed healing is reported with its reason and does not end the drill", async () => {
  const events: [FaultEvent["state"], unknown][] = [];
  const over = new AbortController();
  const heal = () =>
    perform(
      "heal",
      {
        spec: { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 5 },
        inject: async () => {},
        heal: () => Promise.reject(new Error("nobody answers")),
        evidence: async () => ({ bit: false, detail: {} }),
      },
      {
        tell: (state, detail) => void events.push([state, detail]),
        now: () => 10,
        signal: over.signal,
        healsWithinMs: 9,
      },
    );
  expect(await heal()).toBe(false);
  expect(events).toEqual([["not-healed", { orderedMs: 10, why: "nobody answers" }]]);
  over.abort(new Error("called off"));
  await expect(heal()).rejects.toThrow("called off");
  expect(events).toHaveLength(1);
});

type Seen = "bites" | "neither" | "gone";

/** The states reported when the observations are `seen`, in order, a second each. */
async function lookedAt(does: Act["does"], seen: Seen[], healsWithinMs = 3000): Promise<string[]> {
  let looks = 0;
  const fault: Acted = {
    spec: { kind: "process-kill", part: "hapi-a", afterSeconds: 0 },
    inject: async () => {},
    heal: async () => {},
    evidence: async () => {
      looks += 1;
      const now = seen[looks - 1];
      return { bit: now === "bites", gone: now === "gone", detail: {} };
    },
  };
  const states: string[] = [];
  const tell = (state: FaultEvent["state"]) => void states.push(state);
  await perform(does, fault, { tell, now: () => looks * 1000, signal: new AbortController().signal, healsWithinMs });
  return states;
}

test("an observation that sees neither shows the fault neither active nor cleared", async () => {
  const undecided: Seen[] = Array.from({ length: 9 }, () => "neither");
  expect((await lookedAt("inject", undecided)).at(-1)).toBe("not-evidenced");
  expect(await lookedAt("heal", undecided)).toEqual(["not-healed"]);
  expect((await lookedAt("inject", ["neither", "bites"])).at(-1)).toBe("evidenced");
  expect(await lookedAt("heal", ["bites", "neither", "gone"])).toEqual(["healed"]);
});

test("a slow healing is waited for up to its own limit, an injection is not", async () => {
  const slow = (end: Seen): Seen[] => [...Array.from({ length: 6 }, () => "neither" as const), end];
  expect(await lookedAt("heal", slow("gone"))).toEqual(["not-healed"]);
  expect(await lookedAt("heal", slow("gone"), 10_000)).toEqual(["healed"]);
  expect((await lookedAt("inject", slow("bites"), 10_000)).at(-1)).toBe("not-evidenced");
});

test("with separate cause and effect, one alone is neither evidence nor healing", async () => {
  let nowMs = 0;
  const fault: Acted = {
    spec: { kind: "message-loss", link: "edge", lost: "request", afterSeconds: 0 },
    inject: async () => {},
    heal: async () => {},
    evidence: async () => {
      nowMs += 1000;
      return { bit: false, gone: false, detail: {} };
    },
  };
  const states: string[] = [];
  const stage = {
    tell: (state: string) => void states.push(state),
    now: () => nowMs,
    signal: new AbortController().signal,
    healsWithinMs: 3000,
  };
  await perform("inject", fault, stage);
  await perform("heal", fault, stage);
  expect(states).toEqual(["injecting", "injected", "not-evidenced", "not-healed"]);
});

test("a fault that cannot be injected is reported and does not end the drill", async () => {
  const refuse = () => Promise.reject(new Error("the container is not running"));
  const spec = { kind: "link-cut", link: "replication", afterSeconds: 0 } as const;
  const fault: Acted = { spec, inject: refuse, heal: refuse, evidence: async () => ({ bit: true, detail: {} }) };
  const events: [string, unknown][] = [];
  const stage = { now: () => 0, signal: new AbortController().signal, healsWithinMs: 3000 };
  await perform("inject", fault, { ...stage, tell: (state, detail) => void events.push([state, detail]) });
  expect(events.map(([state]) => state)).toEqual(["injecting", "not-evidenced"]);
  expect(events.at(-1)?.[1]).toEqual({ why: "the container is not running" });
});

test("an interrupted drill is not reported as a failed injection", async () => {
  const stop = new AbortController();
  const spec = { kind: "link-cut", link: "replication", afterSeconds: 0 } as const;
  const inject = async () => stop.abort(new Error("interrupted"));
  const fault: Acted = {
    spec,
    inject: () => inject().then(() => Promise.reject(new Error("socket hang up"))),
    heal: inject,
    evidence: async () => ({ bit: true, detail: {} }),
  };
  const stage = { now: () => 0, signal: stop.signal, healsWithinMs: 3000, tell: () => {} };
  await expect(perform("inject", fault, stage)).rejects.toThrow("interrupted");
});

test("a failed observation shows nothing, is repeated, and does not end the drill", async () => {
  let looks = 0;
  let works = 3;
  const fault: Acted = {
    spec: { kind: "process-kill", part: "hapi-a", afterSeconds: 0 },
    inject: async () => {},
    heal: async () => {},
    evidence: () => {
      looks += 1;
      return looks < works
        ? Promise.reject(new Error("no such container"))
        : Promise.resolve({ bit: true, detail: {} });
    },
  };
  const events: [string, unknown][] = [];
  const stage = {
    tell: (state: string, detail: unknown) => void events.push([state, detail]),
    now: () => looks * 1000,
    signal: new AbortController().signal,
    healsWithinMs: 3000,
  };
  expect(await perform("inject", fault, stage)).toBe(true);
  expect(events.at(-1)).toEqual(["evidenced", {}]);
  works = Number.POSITIVE_INFINITY;
  expect(await perform("inject", fault, stage)).toBe(false);
  expect(events.at(-1)).toEqual(["not-evidenced", { why: "no such container" }]);
  expect(await perform("heal", fault, stage)).toBe(false);
  expect(events.at(-1)).toEqual(["not-healed", { orderedMs: expect.any(Number), why: "no such container" }]);
});

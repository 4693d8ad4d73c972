import fc from "fast-check";
import { expect, test } from "vitest";
import { untilUnhealthy } from "./detect.ts";

const PEOPLE = { decisionSeconds: 0, standby: "cold", strandedWrites: "save" } as const;
const settings = (failedProbes: number) => ({ probeIntervalMs: 0.001, probeTimeoutMs: 1000, failedProbes, ...PEOPLE });

/** Probes that answer by the list, and then never fail again; aborted some rounds after its end. */
async function watch(answers: readonly boolean[], failedProbes: number) {
  const abort = new AbortController();
  let rounds = 0;
  const seen: boolean[] = [];
  const found = await untilUnhealthy(settings(failedProbes), {
    probe: async (round) => {
      rounds = round + 1;
      if (round >= answers.length + 2) abort.abort(new Error("enough"));
      return { ok: answers[round] ?? true, why: `round ${round}` };
    },
    onProbe: (health) => seen.push(health.ok),
    now: () => 0,
    signal: abort.signal,
  }).catch((error: Error) => error.name);
  return { found, rounds, seen };
}

test("gives the side up at the k-th failure in a row, not before, and never without one", async () => {
  const answers = fc.array(fc.boolean(), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(answers, fc.integer({ min: 1, max: 4 }), async (list, k) => {
      const end = list.findIndex((_, i) => i + 1 >= k && list.slice(i + 1 - k, i + 1).every((ok) => !ok));
      const { found, rounds, seen } = await watch(list, k);
      if (end < 0) expect(["Error", "AbortError"]).toContain(found);
      else {
        expect(rounds).toBe(end + 1);
        expect(found).toEqual(Array.from({ length: k }, (_, i) => `round ${end + 1 - k + i}`));
        expect(seen).toEqual(list.slice(0, end + 1));
      }
    }),
    { seed: 10, numRuns: 60 },
  );
});

test("a success starts the count again", async () => {
  expect((await watch([false, false, true, false, false, false], 3)).rounds).toBe(6);
});

test("aborted while it waits for the next round, it ends at once", async () => {
  const abort = new AbortController();
  const watching = untilUnhealthy(
    { ...settings(3), probeIntervalMs: 60_000, ...PEOPLE },
    {
      probe: async () => ({ ok: true, why: "" }),
      onProbe: () => setImmediate(() => abort.abort()),
      now: () => 0,
      signal: abort.signal,
    },
  );
  await expect(watching).rejects.toThrow(/abort/i);
});

test("what a probe says after the abort is not believed", async () => {
  const abort = new AbortController();
  const heard: boolean[] = [];
  const watching = untilUnhealthy(settings(1), {
    probe: async () => {
      abort.abort(new Error("over"));
      return { ok: false, why: "cut off" };
    },
    onProbe: (health) => heard.push(health.ok),
    now: () => 0,
    signal: abort.signal,
  });
  await expect(watching).rejects.toThrow("over");
  expect(heard).toEqual([]);
});

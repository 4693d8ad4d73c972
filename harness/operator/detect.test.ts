import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { untilUnhealthy } from "./detect.ts";

const PEOPLE = {
  decisionSeconds: 0,
  graceSeconds: 0,
  catchUpSeconds: 0,
  standby: "cold",
  strandedWrites: "save",
  jobs: "requeue",
} as const;
const settings = (failedProbes: number) => ({ probeIntervalMs: 0.001, probeTimeoutMs: 1000, failedProbes, ...PEOPLE });
const LONG_AGO = Number.NEGATIVE_INFINITY;

/** Probes answer according to the list, then always good; the watch is aborted some rounds after the list ends. */
async function watch(answers: readonly boolean[], failedProbes: number) {
  const abort = new AbortController();
  let rounds = 0;
  const seen: boolean[] = [];
  const found = await untilUnhealthy(settings(failedProbes), {
    probe: async (round) => {
      rounds = round + 1;
      if (round >= answers.length + 2) abort.abort(new Error("enough"));
      return { ok: answers[round] ?? true, why: `round ${round}`, late: false };
    },
    onProbe: (health) => seen.push(health.ok),
    now: () => 0,
    graceEndsMs: LONG_AGO,
    signal: abort.signal,
  }).catch((error: Error) => error.name);
  return { found, rounds, seen };
}

test("gives the site up at the k-th failure in a row, not before, and never without failures", async () => {
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

test("a success resets the count", async () => {
  expect((await watch([false, false, true, false, false, false], 3)).rounds).toBe(6);
});

test("aborted between rounds, it ends at once", async () => {
  const abort = new AbortController();
  const watching = untilUnhealthy(
    { ...settings(3), probeIntervalMs: 60_000, ...PEOPLE },
    {
      probe: async () => ({ ok: true, why: "", late: false }),
      onProbe: () => setImmediate(() => abort.abort()),
      now: () => 0,
      graceEndsMs: LONG_AGO,
      signal: abort.signal,
    },
  );
  await expect(watching).rejects.toThrow(/abort/i);
});

test("a probe's answer after the abort is ignored", async () => {
  const abort = new AbortController();
  const heard: boolean[] = [];
  const watching = untilUnhealthy(settings(1), {
    probe: async () => {
      abort.abort(new Error("over"));
      return { ok: false, why: "cut off", late: false };
    },
    onProbe: (health) => heard.push(health.ok),
    now: () => 0,
    graceEndsMs: LONG_AGO,
    signal: abort.signal,
  });
  await expect(watching).rejects.toThrow("over");
  expect(heard).toEqual([]);
});

describe("a site that has taken over", () => {
  const PROBE_MS = 1000;
  type Answer = "good" | "late" | "refused";

  /** When the site is given up after three failed probes in a row, each taking a second; `null` if never. */
  async function givenUpAt(answers: readonly Answer[], graceEndsMs: number): Promise<number | null> {
    let nowMs = 0;
    const end = new AbortController();
    const watching = untilUnhealthy(settings(3), {
      probe: async (round) => {
        nowMs += PROBE_MS;
        const answer = answers[round];
        if (answer === undefined) end.abort(new Error("enough"));
        return { ok: answer === "good", why: answer ?? "", late: answer === "late" };
      },
      onProbe: () => {},
      now: () => nowMs,
      graceEndsMs,
      signal: end.signal,
    });
    return watching.then(
      () => nowMs,
      () => null,
    );
  }
  const times = (count: number, answer: Answer) => Array<Answer>(count).fill(answer);

  test("may be slow during the grace period, and not longer", async () => {
    expect(await givenUpAt(times(20, "late"), LONG_AGO)).toBe(3000);
    expect(await givenUpAt(times(20, "late"), 10_000)).toBe(13_000);
    expect(await givenUpAt([...times(9, "late"), ...times(5, "good")], 10_000)).toBe(null);
  });

  test("is given up without grace when it refuses", async () => {
    expect(await givenUpAt(times(20, "refused"), 10_000)).toBe(3000);
  });

  test("a late answer does not reset the count of failures", async () => {
    expect(await givenUpAt(["refused", "late", "refused", "late", "refused"], 10_000)).toBe(5000);
    expect(await givenUpAt(["refused", "refused", "good", "refused", "late"], 10_000)).toBe(null);
  });
});

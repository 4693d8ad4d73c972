import { expect, test } from "vitest";
import type { JobState } from "../model/record/bulk-export.ts";
import type { SeenJob } from "../system/export-jobs.ts";
import { JobOnSite } from "./export-job.ts";

const at = (step: string, chunks: Record<string, number>): SeenJob => ({ state: "IN_PROGRESS", step, chunks });

/** The states reported from these samples, one every 200 ms. */
function reported(looks: readonly (SeenJob | null)[]) {
  const states: JobState[] = [];
  let nowMs = 0;
  const site = new JobOnSite(
    "a",
    () => nowMs,
    (state) => states.push(state),
  );
  for (const seen of looks) {
    site.see(seen);
    nowMs += 200;
  }
  return { states, reached: Object.fromEntries(site.reachedMs) };
}

test("a state is reported once it has changed, with the time it was seen", () => {
  const { states } = reported([
    at("fetch", { QUEUED: 2 }),
    at("fetch", { QUEUED: 2 }),
    at("fetch", { COMPLETED: 2 }),
    null,
  ]);
  expect(states).toEqual([
    { type: "job", side: "a", fromMs: 0, toMs: 200, ...at("fetch", { QUEUED: 2 }) },
    { type: "job", side: "a", fromMs: 400, toMs: 400, ...at("fetch", { COMPLETED: 2 }) },
  ]);
});

test("another order in a database's answer is no change", () => {
  const { states } = reported([
    at("write", { QUEUED: 1, COMPLETED: 2 }),
    at("write", { COMPLETED: 2, QUEUED: 1 }),
    null,
  ]);
  expect(states).toMatchObject([{ fromMs: 0, toMs: 200 }]);
});

test("a database that does not answer ends a state; the same state seen later is a new one", () => {
  const { states } = reported([at("write", {}), null, null, at("write", {}), null]);
  expect(states.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
    [0, 0],
    [600, 600],
  ]);
});

test("a step is reached when it is first seen, however often its chunks change", () => {
  expect(reported([at("fetch", {}), at("write", { QUEUED: 1 }), at("write", {}), at("fetch", {})]).reached).toEqual({
    ...{ fetch: 0, write: 200 },
  });
});

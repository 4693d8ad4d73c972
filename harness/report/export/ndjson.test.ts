import { expect, test } from "vitest";
import { exported, inconclusive } from "../testing/fake-exported.ts";
import { ndjsonText } from "./ndjson.ts";

test("one line per run: what was run, and its measures unchanged", () => {
  const runs = [exported("r1", { lost: [10] }), inconclusive("r2")];
  const lines = ndjsonText(runs).split("\n");
  expect(lines.pop()).toBe("");
  const read = lines.map((line) => JSON.parse(line));
  expect(read.map(({ run, verdict, measures }) => [run, verdict, measures])).toEqual(
    runs.map(({ run, verdict }) => [run.id, verdict.verdict, verdict.measures]),
  );
  expect(read[0]).toMatchObject({ seed: 4711, tookMs: 12_345, startedAt: "2026-01-01T00:00:00.000Z" });
  expect(read[0].checks[0]).toEqual({ name: "worth-judging", verdict: "holds", reason: expect.any(String) });
});

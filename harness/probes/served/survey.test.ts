/** How often questions are repeated, and when answers count. */
import { describe, expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { resourcesOf } from "../../check/testing/fake-writes.ts";
import { registerOf } from "../../model/load/write.ts";
import type { AuditLine } from "../../model/record/audit.ts";
import type { Resource } from "../../system/testing/memory-fhir.ts";
import {
  answering,
  calm,
  endIn,
  linesOf,
  postOf,
  recordWith,
  rowsIn,
  servedRun,
  timesAsked,
  whileAsleep,
  whyNotWhole,
} from "../testing/served-run.ts";

const namesIn = (lines: readonly AuditLine[]) => rowsIn(lines).map(({ resource }) => resource);

test("without doubts, nothing is asked twice", async () => {
  const run = servedRun({ outage: null, operator: null, ratePerSecond: 60 });
  const updated = run.parts.operations.filter(({ kind }) => kind === "update").map(({ n }) => registerOf(n));
  expect(new Set(updated).size).toBeLessThan(updated.length);
  const lines = await linesOf(run.audited);
  expect(endIn(lines)).toMatchObject({ passes: 1, late: { count: 0, maxMs: null } });
  expect(run.fhir.asked.length).toBe(new Set(run.fhir.asked).size);
});

describe("a missing resource is read again", () => {
  test("once, if it stays missing", async () => {
    const run = calm();
    const { name, search } = postOf(run);
    run.fhir.forget(name);
    const naps: number[] = [];
    const lines = await linesOf(run.audited, { pauseMs: 2000, sleep: async (ms) => naps.push(ms) });
    expect([timesAsked(run, name), timesAsked(run, search), naps]).toEqual([2, 2, [2000]]);
    expect(endIn(lines)).toMatchObject({ passes: 2, late: { count: 0 } });
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(namesIn(lines)).not.toContain(name);
  });

  test("and counts as late if it appears and is seen twice", async () => {
    const run = calm();
    const { name } = postOf(run);
    const kept = run.fhir.stored.get(name) as Resource[];
    run.fhir.stored.delete(name);
    const sleep = whileAsleep((nap) => nap === 1 && run.fhir.stored.set(name, kept));
    const lines = await linesOf(run.audited, { sleep });
    expect(timesAsked(run, name)).toBe(3);
    expect(endIn(lines)).toMatchObject({ passes: 3, late: { count: 1, maxMs: expect.any(Number) } });
    expect(rowsIn(lines).find(({ resource }) => resource === name)).toMatchObject({ indexed: true });
  });

  test("and is not late if it disappears again", async () => {
    const run = calm();
    const { name } = postOf(run);
    const kept = run.fhir.stored.get(name) as Resource[];
    run.fhir.stored.delete(name);
    const sleep = whileAsleep((nap) => (nap === 1 ? run.fhir.stored.set(name, kept) : run.fhir.stored.delete(name)));
    const lines = await linesOf(run.audited, { sleep });
    expect(endIn(lines)).toMatchObject({ passes: 4, late: { count: 0, maxMs: null } });
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(namesIn(lines)).not.toContain(name);
  });

  test("and the survey is incomplete if it changes from pass to pass", async () => {
    const run = calm();
    const { name } = postOf(run);
    const kept = run.fhir.stored.get(name) as Resource[];
    run.fhir.stored.delete(name);
    const sleep = whileAsleep((nap) =>
      nap % 2 === 1 ? run.fhir.stored.set(name, kept) : run.fhir.stored.delete(name),
    );
    const lines = await linesOf(run.audited, { sleep, passes: 6 });
    expect(endIn(lines).passes).toBe(6);
    expect(whyNotWhole(lines, run.audited)).toMatch(
      /^2 of \d+ answers were not the same twice in 6 passes, the first of them to Patient\/\d+$/,
    );
  });
});

test("a deleted resource is missing, and read twice like one that never existed", async () => {
  const run = calm();
  const { name, write } = postOf(run);
  run.fhir.stored.get(name)?.push(null);
  const lines = await linesOf(run.audited);
  expect([timesAsked(run, name), whyNotWhole(lines, run.audited)]).toEqual([2, undefined]);
  expect(lines.find((line) => line.type === "read" && line.write === write)).toMatchObject({ status: 410 });
  expect(judge(recordWith(run, lines)).measures.lost.ids).toEqual([write]);
});

describe("another resource than was asked for", () => {
  const other = { resourceType: "Patient", id: "other", meta: { versionId: "1" } };

  test("is read again", async () => {
    const run = calm();
    const { name } = postOf(run);
    const { identifier } = run.fhir.current(name) as Resource;
    answering(
      run,
      (path) => path === name,
      1,
      () => Response.json({ ...other, identifier }),
    );
    const lines = await linesOf(run.audited);
    expect(timesAsked(run, name)).toBe(3);
    expect(lines.filter((line) => line.type === "read" && line.misnamed !== undefined)).toEqual([]);
  });

  test("counts under the name it was read by, with the write it names", async () => {
    const run = calm();
    const { name, write } = postOf(run);
    const { identifier } = run.fhir.current(name) as Resource;
    const answer = { ...other, identifier };
    answering(
      run,
      (path) => path === name,
      99,
      () => Response.json(answer, { headers: { ETag: 'W/"3"' } }),
    );
    const lines = await linesOf(run.audited);
    expect(rowsIn(lines).find((row) => row.write === write && row.current)).toMatchObject({
      resource: name,
      version: 3,
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ type: "read", resource: name, misnamed: "Patient/other/1" }),
    );
    const { measures } = judge(recordWith(run, lines));
    expect([measures.lost.ids, measures.corrupt.ids]).toEqual([[write], [write]]);
  });
});

test("an older version than acknowledged counts as missing", async () => {
  const run = calm();
  const update = run.parts.operations.findLast(({ kind }) => kind === "update");
  const [register] = resourcesOf(update as NonNullable<typeof update>, run.parts.run.seed) as [string];
  const [first] = run.fhir.stored.get(register) as [Resource];
  answering(
    run,
    (path) => path === register,
    1,
    () => Response.json(first),
  );
  const lines = await linesOf(run.audited);
  expect(endIn(lines).late?.count).toBe(1);
  const versions = rowsIn(lines).filter(({ resource }) => resource === register);
  expect(versions.map(({ version, current }) => [version, current])).toEqual([
    [1, false],
    [2, true],
  ]);
});

test("an unacknowledged write is searched for again, unless all of it is there", async () => {
  const { parts } = servedRun();
  const unknown = parts.operations.filter(({ outcome, kind }) => outcome === "info" && kind === "bundle");
  const run = servedRun({ happened: unknown.slice(0, 2).map(({ n }) => n) });
  const names = unknown.slice(0, 2).map((op) => resourcesOf(op, parts.run.seed));
  const hidden = [...(names[0] as string[]), names[1]?.[2] as string];
  for (const name of hidden) run.fhir.unindexed.add(name);
  const lines = await linesOf(run.audited, { sleep: whileAsleep((nap) => nap === 1 && run.fhir.unindexed.clear()) });
  expect(namesIn(lines)).toEqual(expect.arrayContaining(names.flat()));
  expect(rowsIn(lines).filter(({ indexed }) => !indexed && indexed !== null)).toEqual([]);
  expect(endIn(lines).late?.count).toBe(0);
});

describe("time", () => {
  test("that is up leaves the lists without an end line", async () => {
    const run = calm();
    let left = 150;
    const ask: typeof run.audited.ask = async (...asked) => {
      left -= 1;
      return left < 0 ? new Promise<Response>(() => {}) : run.fhir.ask(...asked);
    };
    const lines = await linesOf({ ...run.audited, ask }, { withinMs: 1000, requestMs: 1000 });
    expect(whyNotWhole(lines, run.audited)).toBe("there was not enough time for all requests");
    expect(lines.filter(({ type }) => type === "rows-end")).toEqual([]);
    expect(endIn(lines).reads).toBeLessThan(endIn(lines).wanted as number);
  });

  test("that is up at the start leaves nothing", async () => {
    const run = calm();
    const lines = await linesOf(run.audited, { withinMs: 0 });
    expect(run.fhir.asked).toEqual([]);
    expect(whyNotWhole(lines, run.audited)).toBeDefined();
    expect(endIn(lines)).toMatchObject({ reads: 0, searches: 0, withinMs: 0 });
  });

  test("is not all spent on a server that does not answer", async () => {
    const run = calm();
    const { name } = postOf(run);
    const ask: typeof run.audited.ask = (path, init) =>
      path === name ? new Promise<Response>(() => {}) : run.fhir.ask(path, init);
    const lines = await linesOf({ ...run.audited, ask }, { requestMs: 400, passes: 2 });
    expect(whyNotWhole(lines, run.audited)).toMatch(/first of them Patient\/\d+: no answer within 400 ms$/);
  });

  test("exactly eight requests are in flight while there is enough to ask", async () => {
    const run = calm();
    let [now, most] = [0, 0];
    const ask: typeof run.audited.ask = async (...asked) => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now -= 1;
      return run.fhir.ask(...asked);
    };
    await linesOf({ ...run.audited, ask });
    expect(most).toBe(8);
  });
});

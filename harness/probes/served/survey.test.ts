/** How often a server is asked, and when what it says counts. */
import { describe, expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { resourcesOf } from "../../check/planted-writes.ts";
import { registerOf, writeId } from "../../model/load/write.ts";
import { HAPI_DIALECT } from "../../model/plan/dialect.ts";
import type { AuditLine, ReadsEnd } from "../../model/record/audit.ts";
import type { Resource } from "../../system/testing/memory-fhir.ts";
import { linesOf, recordWith, rowsIn, type ServedRun, servedRun, whyNotWhole } from "../testing/served-run.ts";

const endIn = (lines: readonly AuditLine[]) => lines.find((line) => line.type === "reads-end") as ReadsEnd;
const timesAsked = ({ fhir }: ServedRun, path: string) => fhir.asked.filter((each) => each === `GET ${path}`).length;
const namesIn = (lines: readonly AuditLine[]) => rowsIn(lines).map(({ resource }) => resource);
/** A run of acknowledged writes only, so that there is no doubt of any of them. */
const calm = () => servedRun({ outage: null, operator: null });
function postOf({ parts }: ServedRun): { name: string; write: string; search: string } {
  const op = parts.operations.find(({ kind }) => kind === "post");
  if (op === undefined) throw new Error("nothing was posted");
  const search = `Patient?identifier=${encodeURIComponent(`urn:fhirdrill:write|${op.write}`)}&_count=100`;
  return { name: resourcesOf(op, parts.run.seed)[0] as string, write: op.write, search };
}
/** Answers so the first few times that it is asked for that. */
function answering({ fhir }: ServedRun, isIt: (path: string) => boolean, times: number, answer: () => Response): void {
  let left = times;
  fhir.intercept = (path) => {
    if (!isIt(path) || left === 0) return null;
    left -= 1;
    return answer();
  };
}
/** Sleeps between passes, and does something while it does. */
const whileAsleep = (act: (nap: number) => void) => {
  let naps = 0;
  return async () => act(++naps);
};

test("of what there is no doubt of nothing is asked twice", async () => {
  const run = servedRun({ outage: null, operator: null, ratePerSecond: 60 });
  const updated = run.parts.operations.filter(({ kind }) => kind === "update").map(({ n }) => registerOf(n));
  expect(new Set(updated).size).toBeLessThan(updated.length);
  const lines = await linesOf(run.audited);
  expect(endIn(lines)).toMatchObject({ passes: 1, late: { count: 0, maxMs: null } });
  expect(run.fhir.asked.length).toBe(new Set(run.fhir.asked).size);
});

describe("what is missing is asked for again", () => {
  test("once, where it stays away", async () => {
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

  test("and counts as late where it comes, once it has been seen twice", async () => {
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

  test("and is not late where it goes again", async () => {
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

  test("and what changes from pass to pass is not known", async () => {
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

test("what is deleted is gone, and asked for twice like what never was", async () => {
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

  test("is asked for again", async () => {
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

  test("stands where it was found, by the write that it names", async () => {
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

test("an older version than was acknowledged is missing", async () => {
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

test("what nobody was told of is searched for again, unless all of it is there", async () => {
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

describe("where searching and reading differ", () => {
  const lineOf = (lines: readonly AuditLine[], of: string) =>
    lines.find((line) => line.type === "search" && line.write === of && line.resourceType === "Patient");

  test("both are asked again, and what stays is told by the search", async () => {
    const run = calm();
    const { name, write, search } = postOf(run);
    const ghost = { ...(run.fhir.current(name) as Resource), id: "ghost" };
    let entry = [{ resource: run.fhir.current(name) }, { resource: ghost }];
    const inAnyOrder = () => {
      entry = entry.toReversed();
      return Response.json({ resourceType: "Bundle", entry });
    };
    answering(run, (path) => path === search, 99, inAnyOrder);
    const lines = await linesOf(run.audited);
    expect([timesAsked(run, search), timesAsked(run, "Patient/ghost")]).toEqual([2, 2]);
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(lineOf(lines, write)).toMatchObject({ status: 200, found: [name, "Patient/ghost"] });
    expect(judge(recordWith(run, lines)).measures.indexLost.resources).toEqual(["Patient/ghost"]);
  });

  /** Listed by its tag, under the name of that write, and denied by its id. */
  function withGhost(write: string): ServedRun {
    const run = calm();
    const ghost = { ...(run.fhir.current(postOf(run).name) as Resource), id: "ghost" };
    run.fhir.stored.set("Patient/ghost", [{ ...ghost, identifier: [{ ...ghost.identifier?.[0], value: write }] }]);
    answering(
      run,
      (path) => path === "Patient/ghost",
      99,
      () => new Response("", { status: 404 }),
    );
    return run;
  }

  test("of what is listed by its tag, and was searched for by nobody", async () => {
    const write = writeId(calm().audited.history.seed, 5000);
    const run = withGhost(write);
    const lines = await linesOf(run.audited);
    expect(timesAsked(run, "Patient/ghost")).toBe(2);
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(lineOf(lines, write)).toMatchObject({ found: ["Patient/ghost"] });
  });

  test("of what is listed by its tag, and no search can tell, it is not known what is there", async () => {
    const why = "Patient/ghost is found by the tag of the run, and cannot be read";
    const ofNobody = withGhost("nobody");
    expect(whyNotWhole(await linesOf(ofNobody.audited), ofNobody.audited)).toBe(why);
    const run = withGhost(postOf(calm()).write);
    const dialect = { ...HAPI_DIALECT, identifierSearch: false };
    expect(whyNotWhole(await linesOf({ ...run.audited, dialect }), run.audited)).toBe(why);
    expect(timesAsked(run, "Patient/ghost")).toBe(2);
  });

  test("one that is found twice by one search is asked for again", async () => {
    const run = calm();
    const { name, write, search } = postOf(run);
    const entry = [{ resource: run.fhir.current(name) }, { resource: run.fhir.current(name) }];
    answering(
      run,
      (path) => path === search,
      1,
      () => Response.json({ resourceType: "Bundle", entry }),
    );
    expect(lineOf(await linesOf(run.audited), write)).toMatchObject({ found: [name] });
    expect(timesAsked(run, search)).toBe(3);
  });

  test("one that comes to be listed late", async () => {
    const run = calm();
    const { name, search } = postOf(run);
    run.fhir.unindexed.add(name);
    const lines = await linesOf(run.audited, { sleep: whileAsleep(() => run.fhir.unindexed.clear()) });
    expect(timesAsked(run, search)).toBe(3);
    expect(rowsIn(lines).find(({ resource }) => resource === name)).toMatchObject({ indexed: true });
  });

  test("a history that is behind its resource", async () => {
    const run = calm();
    const update = run.parts.operations.findLast(({ kind }) => kind === "update");
    const [register] = resourcesOf(update as NonNullable<typeof update>, run.parts.run.seed) as [string];
    const [first] = run.fhir.stored.get(register) as [Resource];
    const entry = [{ resource: first }];
    answering(
      run,
      (path) => path.startsWith(`${register}/`),
      1,
      () => Response.json({ resourceType: "Bundle", entry }),
    );
    expect(endIn(await linesOf(run.audited)).passes).toBe(3);
    expect(timesAsked(run, `${register}/_history`)).toBe(3);
  });
});

describe("what is no answer is asked for again", () => {
  const broken = [
    ["an error", () => new Response("", { status: 500 })],
    ["a page of HTML", () => new Response("<html>")],
    ["an outcome", () => Response.json({ resourceType: "OperationOutcome" })],
  ] as const;

  test.each(broken)("%s, to a read or a search, and then counts for nothing", async (_, answer) => {
    for (const at of ["name", "search"] as const) {
      const run = calm();
      const { [at]: asked, name } = postOf(run);
      answering(run, (path) => path === asked, 2, answer);
      const lines = await linesOf(run.audited);
      expect(timesAsked(run, asked)).toBe(4);
      expect(whyNotWhole(lines, run.audited)).toBeUndefined();
      expect(endIn(lines).late).toEqual({ count: 0, maxMs: null });
      expect(rowsIn(lines).find(({ resource }) => resource === name)).toMatchObject({ indexed: true });
    }
  });

  test.each(broken)("%s for ever: nothing is known then, and it is said of what", async (_, answer) => {
    const run = calm();
    const { name } = postOf(run);
    answering(run, (path) => path === name, Number.POSITIVE_INFINITY, answer);
    const lines = await linesOf(run.audited, { passes: 4 });
    expect(timesAsked(run, name)).toBe(4);
    expect(whyNotWhole(lines, run.audited)).toContain("not answered, the first of them Patient/");
  });

  test("a search that fails for ever, by which nobody can say that anything is missing in the index", async () => {
    const run = calm();
    const { name, search } = postOf(run);
    answering(
      run,
      (path) => path === search,
      99,
      () => new Response("", { status: 500 }),
    );
    const lines = await linesOf(run.audited);
    expect(whyNotWhole(lines, run.audited)).toMatch(/^1 of .*: it answered 500$/);
    expect(rowsIn(lines).find(({ resource }) => resource === name)).toMatchObject({ indexed: true });
  });

  test.each(["Patient?identifier", "Patient?_tag"])("a list of %s with what is no resource", async (start) => {
    const run = calm();
    const { name } = postOf(run);
    const entry = [{ resource: { ...run.fhir.current(name), id: undefined } }];
    answering(
      run,
      (path) => path.startsWith(start),
      1,
      () => Response.json({ resourceType: "Bundle", entry }),
    );
    const lines = await linesOf(run.audited, { passes: 1 });
    expect(whyNotWhole(lines, run.audited)).toMatch(/^1 of .*: it gave what is no version of a resource$/);
  });

  test("a list of which the pages go in a circle", async () => {
    const run = calm();
    const { search } = postOf(run);
    const next = { relation: "next", url: search };
    answering(
      run,
      (path) => path === search,
      99,
      () => Response.json({ resourceType: "Bundle", link: [next] }),
    );
    const lines = await linesOf(run.audited);
    expect(whyNotWhole(lines, run.audited)).toContain("its pages lead in a circle");
    expect(lines.find((line) => line.type === "search" && line.write === postOf(run).write)).toMatchObject({
      ...{ status: 0, found: [] },
    });
  });

  test("a listing by tag of what does not bear it, of which no name is told", async () => {
    const run = calm();
    const stranger = { resourceType: "Patient", id: "stranger", meta: { versionId: "1" } };
    run.fhir.stored.set("Patient/stranger", [stranger]);
    const entry = [{ resource: stranger }];
    answering(
      run,
      (path) => path.startsWith("Patient?_tag"),
      99,
      () => Response.json({ resourceType: "Bundle", entry }),
    );
    const lines = await linesOf(run.audited);
    expect(whyNotWhole(lines, run.audited)).toContain("it gave what does not bear the tag");
    expect(JSON.stringify(lines)).not.toContain("stranger");
  });

  test("what a search gives besides what it found is no part of it", async () => {
    const run = calm();
    const { search, name } = postOf(run);
    const entry = [
      { resource: run.fhir.current(name), search: { mode: "match" } },
      { resource: { resourceType: "OperationOutcome" }, search: { mode: "outcome" } },
    ];
    answering(
      run,
      (path) => path === search,
      99,
      () => Response.json({ resourceType: "Bundle", entry }),
    );
    expect(whyNotWhole(await linesOf(run.audited), run.audited)).toBeUndefined();
  });
});

describe("time", () => {
  test("that is up leaves a list without an end", async () => {
    const run = calm();
    let left = 150;
    const ask: typeof run.audited.ask = async (...asked) => {
      left -= 1;
      return left < 0 ? new Promise<Response>(() => {}) : run.fhir.ask(...asked);
    };
    const lines = await linesOf({ ...run.audited, ask }, { withinMs: 1000, requestMs: 1000 });
    expect(whyNotWhole(lines, run.audited)).toBe("there was not time for all that it was to be asked");
    expect(lines.filter(({ type }) => type === "rows-end")).toEqual([]);
    expect(endIn(lines).reads).toBeLessThan(endIn(lines).wanted as number);
  });

  test("that is up before anything was asked leaves nothing", async () => {
    const run = calm();
    const lines = await linesOf(run.audited, { withinMs: 0 });
    expect(run.fhir.asked).toEqual([]);
    expect(whyNotWhole(lines, run.audited)).toBeDefined();
    expect(endIn(lines)).toMatchObject({ reads: 0, searches: 0, withinMs: 0 });
  });

  test("is not all spent on one that does not answer", async () => {
    const run = calm();
    const { name } = postOf(run);
    const ask: typeof run.audited.ask = (path, init) =>
      path === name ? new Promise<Response>(() => {}) : run.fhir.ask(path, init);
    const lines = await linesOf({ ...run.audited, ask }, { requestMs: 400, passes: 2 });
    expect(whyNotWhole(lines, run.audited)).toMatch(/first of them Patient\/\d+: no answer within 400 ms$/);
  });

  test("no more are asked at once than eight, and no fewer where there is enough to ask", async () => {
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

/** Which answers are doubtful: missing ones, and those that contradict another. */
import { describe, expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { resourcesOf } from "../../check/testing/fake-writes.ts";
import { writeId } from "../../model/load/write.ts";
import { HAPI_DIALECT } from "../../model/plan/dialect.ts";
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
  type ServedRun,
  timesAsked,
  whileAsleep,
  whyNotWhole,
} from "../testing/served-run.ts";

describe("where searching and reading differ", () => {
  const lineOf = (lines: readonly AuditLine[], of: string) =>
    lines.find((line) => line.type === "search" && line.write === of && line.resourceType === "Patient");

  test("both are repeated, and what persists is recorded by the search", async () => {
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

  /** A resource listed by its tag, with the identifier of that write, but not readable by its id. */
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

  test("for a resource listed by its tag and not searched for", async () => {
    const write = writeId(calm().audited.history.seed, 5000);
    const run = withGhost(write);
    const lines = await linesOf(run.audited);
    expect(timesAsked(run, "Patient/ghost")).toBe(2);
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(lineOf(lines, write)).toMatchObject({ found: ["Patient/ghost"] });
  });

  test("for a resource listed by its tag that no search covers, the audit is incomplete", async () => {
    const why = "Patient/ghost is found by the run's tag but cannot be read";
    const ofNobody = withGhost("nobody");
    expect(whyNotWhole(await linesOf(ofNobody.audited), ofNobody.audited)).toBe(why);
    const run = withGhost(postOf(calm()).write);
    const dialect = { ...HAPI_DIALECT, identifierSearch: false };
    expect(whyNotWhole(await linesOf({ ...run.audited, dialect }), run.audited)).toBe(why);
    expect(timesAsked(run, "Patient/ghost")).toBe(2);
  });

  test("a resource found twice by one search is read again", async () => {
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

  test("a resource that is listed late", async () => {
    const run = calm();
    const { name, search } = postOf(run);
    run.fhir.unindexed.add(name);
    const lines = await linesOf(run.audited, { sleep: whileAsleep(() => run.fhir.unindexed.clear()) });
    expect(timesAsked(run, search)).toBe(3);
    expect(rowsIn(lines).find(({ resource }) => resource === name)).toMatchObject({ indexed: true });
  });

  test("a history behind its resource", async () => {
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

describe("a missing answer is requested again", () => {
  const broken = [
    ["an error", () => new Response("", { status: 500 })],
    ["a page of HTML", () => new Response("<html>")],
    ["an outcome", () => Response.json({ resourceType: "OperationOutcome" })],
  ] as const;

  test.each(broken)("%s, to a read or a search, and then ignored", async (_, answer) => {
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

  test.each(broken)("%s for ever: the audit is incomplete, and the question is named", async (_, answer) => {
    const run = calm();
    const { name } = postOf(run);
    answering(run, (path) => path === name, Number.POSITIVE_INFINITY, answer);
    const lines = await linesOf(run.audited, { passes: 4 });
    expect(timesAsked(run, name)).toBe(4);
    expect(whyNotWhole(lines, run.audited)).toContain("not answered, the first of them Patient/");
  });

  test("a search that always fails, so index losses are not reported", async () => {
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

  test.each(["Patient?identifier", "Patient?_tag"])("a list of %s with an entry that is no resource", async (start) => {
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

  test("a list whose pages lead in a circle", async () => {
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

  test("a listing by tag with a resource without the tag, none of which is used", async () => {
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
    expect(whyNotWhole(lines, run.audited)).toContain("it gave a resource without the tag");
    expect(JSON.stringify(lines)).not.toContain("stranger");
  });

  test("included resources are not matches of a search", async () => {
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

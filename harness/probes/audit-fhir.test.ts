import { describe, expect, test } from "vitest";
import { judge } from "../check/judge.ts";
import { filesOf } from "../check/testing/fake-run.ts";
import { resourcesOf } from "../check/testing/fake-writes.ts";
import type { Operation } from "../model/columns/operation.ts";
import { wantedSearches } from "../model/columns/wanted-searches.ts";
import { REGISTERS, writeId, writeNumber } from "../model/load/write.ts";
import { type Dialect, HAPI_DIALECT } from "../model/plan/dialect.ts";
import { type AuditLine, type AuditRead, AuditSchema, type AuditSearch, type ReadsEnd } from "../model/record/audit.ts";
import { readRecord } from "../record/read-record.ts";
import type { Manner, Resource } from "../system/testing/memory-fhir.ts";
import { BASE, linesOf, recordWith, rowsIn, type ServedRun, servedRun, whyNotWhole } from "./testing/served-run.ts";

const isUpdate = ({ kind }: Operation) => kind === "update";
const readsIn = (lines: readonly AuditLine[]) => lines.filter((line): line is AuditRead => line.type === "read");
const searchesIn = (lines: readonly AuditLine[]) => lines.filter((line): line is AuditSearch => line.type === "search");
const endIn = (lines: readonly AuditLine[]) => lines.find((line) => line.type === "reads-end") as ReadsEnd;
/** The first resource of the nth acknowledged write of the kind. */
function nameOf({ parts }: ServedRun, kind: string, place = 0): string {
  const ops = parts.operations.filter((op) => op.kind === kind && op.outcome === "ok");
  return resourcesOf(ops[place] as Operation, parts.run.seed)[0] as string;
}
describe("the lines of an audit", () => {
  test("are of known form, and in the usual order", async () => {
    const run = servedRun();
    const lines = await linesOf(run.audited);
    for (const line of lines) expect(AuditSchema.parse(line)).toEqual(line);
    const kinds = lines.map(({ type, side }) => `${type} ${side}`).filter((kind, i, all) => kind !== all[i - 1]);
    expect(kinds).toEqual(["row b", "rows-end b", "read b", "search b", "reads-end b", "unreadable a"]);
    const rows = rowsIn(lines);
    expect(rows.map(({ pid }) => pid)).toEqual(rows.map((_, i) => i + 1));
    expect(lines).toContainEqual({ type: "rows-end", side: "b", rows: rows.length, by: "fhir", listed: true });
    const asked = { reads: readsIn(lines).length, searches: searchesIn(lines).length, wanted: readsIn(lines).length };
    expect(endIn(lines)).toMatchObject({ ...asked, withinMs: 300_000, passes: 2, late: { count: 0, maxMs: null } });
    expect(lines.at(-1)).toMatchObject({ why: "only what clients are served was read" });
  });

  test("have what the server gives of each resource, and the write by its identifier", async () => {
    const run = servedRun();
    const name = nameOf(run, "bundle")
      .replace("Patient", "Observation")
      .replace(/\d+/, (id) => `${Number(id) + 1}`);
    const row = rowsIn(await linesOf(run.audited)).find(({ resource }) => resource === name);
    const given = run.fhir.current(name) as Resource;
    expect(row).toMatchObject({
      ...{ side: "b", write: given.identifier?.[0]?.value, version: 1, current: true, deleted: false, indexed: true },
      ...{ refersTo: nameOf(run, "bundle"), updatedMs: Date.parse(given.meta?.lastUpdated as string) },
    });
  });

  test("an absolute reference below the base is to the resource; any other is recorded verbatim", async () => {
    const run = servedRun();
    const patient = nameOf(run, "bundle");
    const observations = [...run.fhir.stored.keys()].filter((name) => name.startsWith("Observation/")).slice(0, 2);
    for (const [i, base] of [BASE, "http://elsewhere.test/fhir"].entries()) {
      const name = observations[i] as string;
      run.fhir.stored.set(name, [
        { ...(run.fhir.current(name) as Resource), subject: { reference: `${base}/${patient}` } },
      ]);
    }
    const lines = await linesOf(run.audited);
    const said = observations.map((name) =>
      [...rowsIn(lines), ...readsIn(lines)].filter(({ resource }) => resource === name).map(({ refersTo }) => refersTo),
    );
    const elsewhere = `http://elsewhere.test/fhir/${patient}`;
    expect(said).toEqual([
      [patient, patient],
      [elsewhere, elsewhere],
    ]);
  });

  test("every write is searched for by each of its types; resources from before have rows only", async () => {
    const run = servedRun({ resources: 3 });
    const { history } = run.audited;
    const lines = await linesOf(run.audited);
    const searched = searchesIn(lines).map(({ write, resourceType }) => `${resourceType} of ${write}`);
    for (const { write, kind } of run.parts.operations)
      for (const type of kind === "bundle" ? ["Patient", "Observation"] : ["Patient"])
        expect(searched).toContain(`${type} of ${write}`);
    for (const { write, resourceType } of wantedSearches(history, recordWith(run, lines).audit.b))
      expect(searched).toContain(`${resourceType} of ${write}`);
    expect(searchesIn(lines).filter(({ write }) => writeNumber(history.seed, write) === null)).toEqual([]);
    const before = rowsIn(lines).filter(({ write }) => /^[rs]/.test(write));
    expect(before.length).toBeGreaterThan(REGISTERS);
    run.fhir.unindexed.add(before.at(-1)?.resource as string);
    const unindexed = rowsIn(await linesOf(run.audited)).filter(({ indexed }) => indexed === false);
    expect(unindexed.map(({ resource }) => resource)).toEqual([before.at(-1)?.resource]);
  });
});

test("the end of rows names the source of the rows, exactly one", () => {
  const end = (said: object) => AuditSchema.safeParse({ type: "rows-end", side: "a", rows: 0, ...said }).success;
  const [sql, fhir] = [{ postgres: "17" }, { by: "fhir", listed: false }];
  expect([sql, fhir].map(end)).toEqual([true, true]);
  expect([{}, { ...sql, ...fhir }, { by: "fhir" }, { listed: true }].map(end)).toEqual([false, false, false, false]);
});

describe("older versions", () => {
  test("of a register are recorded before its current one, however many pages they take", async () => {
    const run = servedRun({}, { pageSize: 2 });
    const register = nameOf(run, "update");
    const versions = run.fhir.stored.get(register) as Resource[];
    const again = [3, 4, 5].map((version) => ({ ...versions[0], meta: { versionId: `${version}` } }) as Resource);
    run.fhir.stored.set(register, [...versions, ...again]);
    const rows = rowsIn(await linesOf(run.audited)).filter(({ resource }) => resource === register);
    expect(rows.map(({ version, current, indexed }) => [version, current, indexed])).toEqual([
      ...[1, 2, 3, 4].map((version) => [version, false, null]),
      [5, true, true],
    ]);
    expect(rows[0]?.write).toBe(register.slice("Patient/".length));
    expect(rows[1]?.write).toBe(versions[1]?.identifier?.[0]?.value);
  });

  test("are listed for every register, and for everything with more than one", async () => {
    const run = servedRun();
    const name = nameOf(run, "put");
    const [first] = run.fhir.stored.get(name) as [Resource];
    run.fhir.stored.set(name, [first, { ...first, meta: { ...first.meta, versionId: "2" } }]);
    const rows = rowsIn(await linesOf(run.audited)).filter(({ resource }) => resource === name);
    expect(rows.map(({ version, write }) => `${version} by ${write}`)).toEqual(
      ["1", "2"].map((version) => `${version} by ${first.identifier?.[0]?.value}`),
    );
    const histories = new Set(run.fhir.asked.filter((path) => path.endsWith("/_history")));
    expect(histories.size).toBe(REGISTERS + 1);
  });

  test("a version newer than the served one is recorded as well", async () => {
    const run = servedRun();
    const register = nameOf(run, "update");
    const [first] = run.fhir.stored.get(register) as [Resource];
    run.fhir.intercept = (path) => (path === register ? Response.json(first) : null);
    const lines = await linesOf(run.audited);
    const rows = rowsIn(lines).filter(({ resource }) => resource === register);
    expect(rows.map(({ version, current }) => [version, current])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  test.each([
    ["twice", 0, 2],
    ["twice, and otherwise", 1, 3],
  ])("one that is listed %s", async (_, changed, count) => {
    const run = servedRun();
    const register = nameOf(run, "update");
    const [first, second] = run.fhir.stored.get(register) as [Resource, Resource];
    const entry = [second, first, { ...first, gender: changed === 1 ? "male" : first.gender }];
    run.fhir.intercept = (path) =>
      path === `${register}/_history`
        ? Response.json({ resourceType: "Bundle", entry: entry.map((resource) => ({ resource })) })
        : null;
    const lines = await linesOf(run.audited);
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(rowsIn(lines).filter(({ resource }) => resource === register)).toHaveLength(count);
    expect(rowsIn(lines).map(({ pid }) => pid)).toEqual(rowsIn(lines).map((_, i) => i + 1));
  });

  test("a deletion among them leaves a hole, and versions of another resource invalidate the list", async () => {
    const run = servedRun();
    const register = nameOf(run, "update");
    const [first, second] = run.fhir.stored.get(register) as [Resource, Resource];
    run.fhir.stored.set(register, [first, null, { ...second, meta: { ...second.meta, versionId: "3" } }]);
    const lines = await linesOf(run.audited);
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    const versions = rowsIn(lines).filter(({ resource }) => resource === register);
    expect(versions.map(({ version }) => version)).toEqual([1, 3]);
    run.fhir.stored.set(register, [{ ...first, id: "another" }, second]);
    expect(whyNotWhole(await linesOf(run.audited), run.audited)).toMatch(
      new RegExp(
        `^1 of \\d+ .* not answered, the first of them ${register}/_history: it gave versions of another resource$`,
      ),
    );
  });
});

describe("if versions do not count", () => {
  const opaque = { ...HAPI_DIALECT, versions: "opaque", instanceHistory: false } as const;
  const plain = (manner: Manner = {}) => servedRun({}, { versions: "opaque", ...manner }, isUpdate);

  test.each(["opaque", "without a history"])("each is the first, and no others are requested: %s", async (how) => {
    const run = plain(how === "opaque" ? {} : { versions: "numbered", without: ["history"] });
    const dialect =
      how === "opaque" ? { ...opaque, instanceHistory: true } : { ...HAPI_DIALECT, instanceHistory: false };
    const lost = nameOf(run, "post");
    run.fhir.forget(lost);
    const lines = await linesOf({ ...run.audited, dialect });
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(new Set(rowsIn(lines).map(({ version, current }) => `${version} ${current}`))).toEqual(new Set(["1 true"]));
    expect(readsIn(lines).filter((read) => read.misnamed !== undefined || (read.version ?? 1) !== 1)).toEqual([]);
    expect(run.fhir.asked.filter((path) => path.includes("_history"))).toEqual([]);
    const { measures, checks } = judge(recordWith(run, lines));
    expect(measures.lost.count).toBe(1);
    expect(checks.find(({ name }) => name === "current-versions")?.verdict).toBe("holds");
  });

  test("and a second version was acknowledged, the audit is unreadable", async () => {
    const run = servedRun();
    expect(whyNotWhole(await linesOf({ ...run.audited, dialect: opaque }), run.audited)).toMatch(
      /^version \d+ of Patient\/r\S+ was acknowledged, and versions cannot be looked up$/,
    );
  });
});

describe("a server that cannot be searched", () => {
  const unlike = (changes: Partial<Dialect>) => ({ ...HAPI_DIALECT, ...changes });
  /** A write that was never acknowledged but is there, and one that nobody sent. */
  function withMore(without: Manner["without"] & object): ServedRun {
    const run = servedRun({ happened: [unknownPut()] }, { without });
    const [first] = run.fhir.stored.get(nameOf(run, "put")) as [Resource];
    const identifier = [{ ...first.identifier?.[0], value: writeId(run.audited.history.seed, 5000) }];
    run.fhir.stored.set("Patient/more", [{ ...first, id: "more", identifier }]);
    return run;
  }
  const unknownPut = () =>
    servedRun().parts.operations.find(({ kind, outcome }) => kind === "put" && outcome === "info")?.n as number;

  test("by identifier is listed by tag, and index losses are unknown", async () => {
    const run = withMore(["identifier-search"]);
    run.fhir.unindexed.add(nameOf(run, "put", 1));
    const lines = await linesOf({ ...run.audited, dialect: unlike({ identifierSearch: false }) });
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(searchesIn(lines)).toEqual([]);
    const { measures, checks } = judge(recordWith(run, lines));
    expect([measures.recovered.count, measures.unexpected.count]).toEqual([1, 1]);
    expect(checks.find(({ name }) => name === "index-lost")?.verdict).toBe("inconclusive");
  });

  test("by tag is recorded as such, since what nobody sent is not found there", async () => {
    const run = withMore(["tag-search"]);
    const lines = await linesOf({ ...run.audited, dialect: unlike({ tagSearch: false }) });
    expect(whyNotWhole(lines, run.audited)).toBeUndefined();
    expect(lines.find(({ type }) => type === "rows-end")).toMatchObject({ listed: false });
    const { measures } = judge(recordWith(run, lines));
    expect([measures.recovered.count, measures.unexpected.count]).toEqual([1, 0]);
  });

  test("by either cannot be audited", async () => {
    const run = withMore(["tag-search", "identifier-search"]);
    const dialect = unlike({ tagSearch: false, identifierSearch: false });
    expect(whyNotWhole(await linesOf({ ...run.audited, dialect }), run.audited)).toMatch(/^it can be searched neither/);
  });

  test("by tag, although it could before, is incomplete", async () => {
    const run = withMore(["tag-search"]);
    expect(whyNotWhole(await linesOf(run.audited), run.audited)).toMatch(
      /^2 of \d+ questions were not answered, the first of them Patient\?_tag=\S+: it answered 400$/,
    );
  });
});

describe("the other site", () => {
  test("is read at its own address, with the same numbers, and without reads and searches", async () => {
    const [run, away] = [servedRun(), servedRun()];
    const [lost, kept] = [nameOf(run, "post", 0), nameOf(run, "post", 1)];
    run.fhir.forget(lost);
    away.fhir.forget(kept);
    const lines = await linesOf({ ...run.audited, other: { ask: away.fhir.ask, base: BASE } });
    const rows = {
      a: rowsIn(lines).filter(({ side }) => side === "a"),
      b: rowsIn(lines).filter(({ side }) => side === "b"),
    };
    expect(lines.at(-1)).toEqual({ type: "rows-end", side: "a", rows: rows.a.length, by: "fhir", listed: true });
    const asked = lines.filter(({ type }) => type === "read" || type === "search" || type === "reads-end");
    expect(new Set(asked.map(({ side }) => side))).toEqual(new Set(["b"]));
    expect(readRecord(filesOf({ ...run.parts, audit: lines })).legibility.audit.unreadable).toEqual([]);
    const { measures } = judge(recordWith(run, lines));
    expect(measures).toMatchObject({ lost: { count: 1 }, stranded: { count: 1 }, doubleExecuted: { count: 0 } });
    expect(rows.a.map(({ resource }) => resource)).not.toContain(kept);
    expect(rows.b.map(({ resource }) => resource)).not.toContain(lost);
  });

  test("that does not answer gets one request", async () => {
    const run = servedRun();
    let asked = 0;
    const ask = () => {
      asked += 1;
      return Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }));
    };
    const lines = await linesOf({ ...run.audited, other: { ask, base: BASE } });
    const why = "it does not answer: connect ECONNREFUSED";
    expect([lines.at(-1), asked]).toEqual([{ type: "unreadable", side: "a", why }, 1]);
  });
});

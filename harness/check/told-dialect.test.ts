import { describe, expect, test } from "vitest";
import type { WriteMix } from "../model/load/write.ts";
import { type Dialect, HAPI_DIALECT, mixFor } from "../model/plan/dialect.ts";
import type { AuditLine } from "../model/record/audit.ts";
import { judge } from "./judge.ts";
import { onOwnSystem, onUnobservedSystem } from "./testing/fake-own.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { wrongDialect } from "./told-dialect.ts";

describe("in a lab", () => {
  test("the record says nothing about the server, and rows come from a database", () => {
    expect(wrongDialect(fakeRun())).toEqual([]);
  });

  test.each<Partial<Dialect>>([{}, { tagSearch: false }, { identifierSearch: false }, { versions: "opaque" }])(
    "a dialect is another's: %j",
    (changes) => {
      const record = fakeRun({}, ({ run }) => ({ run: { ...run, dialect: { ...HAPI_DIALECT, ...changes } } }));
      expect(wrongDialect(record)).toEqual([
        "run.json says what the FHIR server proved to be able to do, but a lab's is known",
      ]);
      expect(judge(record).verdict).toBe("inconclusive");
    },
  );

  test("rows by FHIR belong to another system", () => {
    const byFhir = (line: AuditLine): AuditLine =>
      line.type === "rows-end" && line.side === "b"
        ? { type: "rows-end", side: "b", rows: line.rows, by: "fhir", listed: false }
        : line;
    const record = fakeRun({}, ({ audit }) => ({ audit: audit.map(byFhir) }));
    expect(wrongDialect(record)).toEqual([
      "the rows of B are recorded as read by FHIR, but a lab's are read from its database",
    ]);
    expect(judge(record).verdict).toBe("inconclusive");
  });
});

describe.each([
  ["whose primary is observed", onOwnSystem, "b"],
  ["whose primary is not observed", onUnobservedSystem, "a"],
] as const)("on one's own system %s", (_, on, side) => {
  const name = side.toUpperCase();
  const own = on(fakeParts());
  /** As a drill would record such a server. */
  const withDialect = (changes: Partial<Dialect>, edit: (line: AuditLine) => AuditLine[] = (line) => [line]) => {
    const dialect = { ...HAPI_DIALECT, ...changes };
    const { scenario } = own.run;
    const load = { ...scenario.load, mix: mixFor(dialect, scenario.load.mix) };
    return recordOf({
      ...own,
      run: { ...own.run, dialect, scenario: { ...scenario, load } },
      audit: own.audit.flatMap(edit),
    });
  };
  const unlisted = (line: AuditLine) => [line.type === "rows-end" ? { ...line, listed: false } : line];

  test("the dialect matches how the server was used", () => {
    expect(wrongDialect(recordOf(own))).toEqual([]);
    expect(wrongDialect(withDialect({}))).toEqual([]);
    expect(wrongDialect(withDialect({ tagSearch: false }, unlisted))).toEqual([]);
    const unsearched = (line: AuditLine) => (line.type === "search" ? [] : [line]);
    expect(wrongDialect(withDialect({ identifierSearch: false }, unsearched))).toEqual([]);
    const first = (line: AuditLine) => [line.type === "row" ? { ...line, version: 1 } : line];
    expect(wrongDialect(withDialect({ versions: "opaque" }, first))).toEqual([]);
    expect(wrongDialect(withDialect({ updateCreate: false, transaction: false }))).toEqual([]);
  });

  test("a server that was searched by tag can do that, and one that was not cannot", () => {
    expect(wrongDialect(withDialect({ tagSearch: false }))).toEqual([
      `run.json says that the FHIR server cannot search by tag, but the audit of ${name} says otherwise`,
    ]);
    expect(wrongDialect(withDialect({}, unlisted))).toEqual([
      `run.json says that the FHIR server can search by tag, but the audit of ${name} says otherwise`,
    ]);
  });

  test("one that was searched by identifier can do that", () => {
    expect(wrongDialect(withDialect({ identifierSearch: false }))).toEqual([
      `run.json says that the FHIR server cannot search by identifier, but ${name} was asked to`,
    ]);
  });

  test.each<Partial<Dialect>>([{ versions: "opaque" }, { instanceHistory: false }])(
    "one whose second versions were recorded has versions that count: %j",
    (changes) => {
      expect(wrongDialect(withDialect(changes))).toEqual([
        `run.json says that the FHIR server's versions cannot be counted, but the audit of ${name} counts them`,
      ]);
    },
  );

  test("one that was sent a kind of write can take it", () => {
    const sent = (mix: WriteMix, changes: Partial<Dialect>) => {
      const load = { ...own.run.scenario.load, mix };
      const run = {
        ...{ ...own.run, dialect: { ...HAPI_DIALECT, ...changes } },
        scenario: { ...own.run.scenario, load },
      };
      return wrongDialect({ ...recordOf(own), run });
    };
    const cannot = (kinds: string) => [`run.json says that the FHIR server cannot do what the load did: ${kinds}`];
    expect(sent({ put: 1, post: 1, bundle: 1, update: 0 }, { transaction: false })).toEqual(cannot("post, bundle"));
    expect(sent({ put: 1, post: 1, bundle: 0, update: 0 }, { updateCreate: false })).toEqual(cannot("put, post"));
    expect(sent({ put: 0, post: 1, bundle: 0, update: 1 }, { versionedUpdate: false })).toEqual(cannot("post, update"));
  });

  test("its database is not read", () => {
    const byDatabase = (line: AuditLine): AuditLine =>
      line.type === "rows-end" ? { type: "rows-end", side: line.side, rows: line.rows, postgres: "17" } : line;
    const read: Parts = { ...own, audit: own.audit.map(byDatabase) };
    expect(wrongDialect(recordOf(read))).toEqual([
      `the rows of ${name} are recorded as read from a database, but those of one's own system are not`,
    ]);
    expect(judge(recordOf(read)).verdict).toBe("inconclusive");
  });
});

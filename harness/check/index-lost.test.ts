import { describe, expect, test } from "vitest";
import type { AuditLine, AuditRow, AuditSearch, ReadsEnd } from "../model/record/audit.ts";
import { gatherFacts } from "./facts.ts";
import { indexLost } from "./index-lost.ts";
import { judge } from "./judge.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";

const { audit } = fakeParts();
const search = audit.find((line) => line.type === "search" && line.found.length === 1) as AuditSearch;
const resource = search.found[0] as string;

const checked = (change: (line: AuditLine) => AuditLine[]) => {
  const edit = ({ audit: lines }: Parts) => {
    const changed = lines.flatMap(change);
    const count = (type: string) => changed.filter((line) => line.type === type && line.side === "b").length;
    return {
      audit: changed.map((line) =>
        line.type === "reads-end" ? { ...line, reads: count("read"), searches: count("search") } : line,
      ),
    };
  };
  const record = fakeRun({}, edit);
  return indexLost.check(record, gatherFacts(record));
};
const answering = (changes: Partial<AuditSearch>) => (line: AuditLine) =>
  line.type === "search" && line.write === search.write ? [{ ...line, ...changes }] : [line];
const isRow = (line: AuditLine): line is AuditRow =>
  line.type === "row" && line.side === "b" && line.resource === resource;

test("holds if the index and the searches agree with the stored resources", () => {
  expect(checked((line) => [line])).toMatchObject({ verdict: "holds", measures: { indexLost: { count: 0 } } });
});

test.each([
  ["found by id only", answering({ found: [] }), [resource]],
  ["found by search only", answering({ found: [resource, "Patient/ghost"] }), ["Patient/ghost"]],
  ["found as something else", answering({ found: ["Patient/ghost"] }), ["Patient/ghost", resource]],
] as const)("%s", (_, change, resources) => {
  const { verdict, measures, evidence } = checked((line) => change(line));
  expect([verdict, measures?.indexLost?.resources]).toEqual(["broken", resources]);
  expect(evidence).toHaveLength(resources.length);
});

test("not in the index, by the database itself", () => {
  const { verdict, evidence } = checked((line) => [isRow(line) ? { ...line, indexed: false } : line]);
  expect(verdict).toBe("broken");
  expect(evidence?.[0]).toBe(`${resource} of ${search.write} has no entry in the index`);
});

test("older versions and deleted resources need no entry, and are not to be found", () => {
  const older = checked((line) =>
    isRow(line) ? [{ ...line, current: false, indexed: null }] : answering({ found: [] })(line),
  );
  expect(older.verdict).toBe("holds");
  const deleted = checked((line) =>
    isRow(line) ? [{ ...line, deleted: true, indexed: false }] : answering({ found: [] })(line),
  );
  expect(deleted.verdict).toBe("holds");
});

test("searches without an answer, or none at all, prove nothing", () => {
  expect(checked(answering({ status: 500, found: [] }))).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringMatching(/^1 of \d+ searches/),
  });
  expect(checked((line) => (line.type === "search" ? [] : [line])).verdict).toBe("inconclusive");
  const record = fakeRun({}, () => ({ audit: [] }));
  expect(indexLost.check(record, gatherFacts(record)).reason).toMatch(/what B holds is not known/);
});

test("the texts give the number of searches, and how a resource was found", () => {
  const count = audit.filter((line) => line.type === "search").length;
  expect(checked((line) => [line]).reason).toBe(`the index and ${count} searches agree with the stored resources`);
  const ghost = checked(answering({ found: ["Patient/ghost"] }));
  expect(ghost.reason).toBe("search and read differ on 2 resources");
  expect(ghost.evidence).toEqual(["Patient/ghost: found by search only", `${resource}: found by id only`]);
});

test("a resource that one search finds twice is reported", () => {
  const { verdict, evidence } = checked(answering({ found: [resource, resource] }));
  expect([verdict, evidence]).toEqual(["broken", [`${resource}: found 2 times by one search`]]);
});

test("a failed search is no difference, and hides none", () => {
  const others = audit.filter((line) => line.type === "search" && line.write !== search.write).length;
  expect(checked(answering({ status: 500, found: ["Patient/ghost"] })).measures).toBeUndefined();
  const both = checked((line) =>
    line.type === "search" && line.write !== search.write
      ? [{ ...line, status: 503 }]
      : answering({ found: ["Patient/ghost"] })(line),
  );
  expect(others).toBeGreaterThan(0);
  expect(both.verdict).toBe("broken");
});

test("each type of a transaction is searched separately", () => {
  const observations = audit.find((line) => line.type === "search" && line.found.length === 2) as AuditSearch;
  const [kept, missed] = observations.found as [string, string];
  const one = checked((line) =>
    line.type === "search" && line.write === observations.write && line.resourceType === observations.resourceType
      ? [{ ...line, found: [kept] }]
      : [line],
  );
  expect(one.measures?.indexLost).toEqual({ count: 1, resources: [missed] });
});

test("a search for a write of which nothing exists must find nothing", () => {
  const nowhere = { ...search, write: "w3mv-999", found: ["Patient/ghost"] };
  const found = checked((line) => (line.type === "search" && line.write === search.write ? [line, nowhere] : [line]));
  expect(found.measures?.indexLost?.resources).toEqual(["Patient/ghost"]);
});

describe("the seed determines the searches", () => {
  const asked = (keep: (line: AuditSearch) => boolean, end: Partial<ReadsEnd> = {}) =>
    checked((line) => {
      if (line.type === "search") return keep(line) ? [line] : [];
      return [line.type === "reads-end" ? { ...line, ...end } : line];
    });

  const isFirst = (line: AuditSearch) => line.write === search.write && line.resourceType === search.resourceType;

  test("and a search that was left out, or made for something else, is missed", () => {
    const left = asked((line) => !isFirst(line));
    expect([left.verdict, left.reason]).toEqual([
      "inconclusive",
      `1 searches that the audit had to make are not recorded, the first of them for ${search.resourceType} of ${search.write}`,
    ]);
    expect(asked(({ resourceType }) => resourceType === "Patient").verdict).toBe("inconclusive");
    expect(checked(answering({ write: "w3mv-999", found: [] })).verdict).toBe("inconclusive");
  });

  test("and older versions drew another sample", () => {
    expect(asked(isFirst, { wanted: undefined }).verdict).toBe("holds");
    expect(asked(() => false, { wanted: undefined }).verdict).toBe("inconclusive");
  });
});

test("is listed under its name", () => {
  expect(judge(fakeRun(), [indexLost]).checks).toMatchObject([{ name: "index-lost", verdict: "holds" }]);
});

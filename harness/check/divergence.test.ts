import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditRow } from "../model/record/audit.ts";
import { divergence } from "./divergence.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";

const CALM = { outage: null, operator: null } as const;

/** Both sites hold the same, except what `change` makes of B's rows. */
const twins = (change: (row: AuditRow, index: number) => AuditRow[] = (row) => [row]) =>
  fakeRun(CALM, ({ audit }: Parts) => {
    const ofA = audit.filter((line) => line.type === "row" && line.side === "a") as AuditRow[];
    const ofB = ofA.map((row): AuditRow => ({ ...row, side: "b" })).flatMap(change);
    const rest = audit.filter((line) => line.side === "a");
    return { audit: [...rest, ...ofB, { type: "rows-end", side: "b", rows: ofB.length, postgres: "17" }] };
  });
const checked = (record: ReturnType<typeof twins>) => divergence.check(record, gatherFacts(record));

test("the same on both sites is no divergence", () => {
  expect(checked(twins())).toMatchObject({
    verdict: "no-objective",
    measures: { divergence: { onlyServing: 0, onlyOther: 0, different: 0 } },
  });
});

test("counts exactly what is on one site only and what differs, although the totals are equal", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 20 }), (picked) => {
      const fateOf = (index: number) => ["gone", "moved", "other content", "deleted"][picked.indexOf(index) % 4];
      const record = twins((row, index) => {
        switch (picked.includes(index) ? fateOf(index) : "same") {
          case "gone":
            return [];
          case "moved":
            return [{ ...row, version: row.version + 1000 }];
          case "other content":
            return [{ ...row, content: (row.content as number) + 1 }];
          case "deleted":
            return [{ ...row, deleted: true }];
          default:
            return [row];
        }
      });
      const count = (...fates: string[]) => picked.filter((index) => fates.includes(fateOf(index) as string)).length;
      expect(checked(record).measures?.divergence).toEqual({
        onlyServing: count("gone", "moved"),
        onlyOther: count("moved"),
        different: count("other content", "deleted"),
      });
    }),
    { seed: 31 },
  );
});

test("is listed under its name, as a measure", () => {
  expect(judge(twins(), [divergence]).checks).toMatchObject([{ name: "divergence", verdict: "no-objective" }]);
});

test("evidence names the version, its write and the site", () => {
  const { evidence } = checked(twins((row, index) => (index === 0 ? [] : [row])));
  expect(evidence).toEqual([expect.stringMatching(/^\w+\/[\w-]+\/1 of w\w+-\d+: on a only$/)]);
});

test("rows of no write of the run are compared, too", () => {
  const strange = (row: AuditRow, index: number) => (index === 0 ? [{ ...row, write: "somebody" }] : [row]);
  expect(checked(twins(strange)).measures?.divergence).toEqual({ onlyServing: 1, onlyOther: 1, different: 0 });
  const register = (row: AuditRow) => (row.write.startsWith("r") ? [{ ...row, content: 1 }] : [row]);
  expect(checked(twins(register)).measures?.divergence?.different).toBeGreaterThan(5);
});

test("two bodies that could not be read are not called different", () => {
  const record = fakeRun(CALM, ({ audit }) => {
    const ofA = audit.flatMap((line) => (line.type === "row" && line.side === "a" ? [{ ...line, content: null }] : []));
    const ofB = ofA.map((row) => ({ ...row, side: "b" as const }));
    const ends = (["a", "b"] as const).map((side) => ({
      type: "rows-end" as const,
      side,
      rows: ofA.length,
      postgres: "",
    }));
    return { audit: [...ofA, ...ofB, ...ends] };
  });
  expect(checked(record).measures?.divergence).toMatchObject({ different: 0 });
});

test.each(["a", "b"])("is not examined if %s was not read to its end", (side) => {
  const record = fakeRun({}, ({ audit }) => ({ audit: audit.filter((line) => line.side !== side) }));
  expect(checked(record)).toEqual({ verdict: "not-examined", reason: "what one of the two sites holds is not known" });
});

test("shows the first 20 that differ, counts all, and names the sites", () => {
  const { reason, evidence, measures } = checked(twins((row, i) => (i < 25 ? [{ ...row, content: -1 }] : [row])));
  expect(measures?.divergence?.different).toBe(25);
  expect(evidence).toHaveLength(20);
  expect(evidence?.[0]).toMatch(/: differs$/);
  expect(reason).toBe("0 versions are on A only, 0 on B only, 25 differ");
});

test("evidence names versions of both sites, the serving site's first", () => {
  const { evidence } = checked(twins((row, i) => (i === 200 ? [{ ...row, version: 9 }] : [row])));
  expect(evidence).toEqual([
    expect.stringMatching(/^\w+\/[\w-]+\/\d of w\w+-\d+: on a only$/),
    expect.stringMatching(/^\w+\/[\w-]+\/9 of w\w+-\d+: on b only$/),
  ]);
});

test("another resource of the same write is no twin, nor is another version made by no write", () => {
  const other = (row: AuditRow, i: number) => (i === 200 ? [{ ...row, resource: "Patient/other" }] : [row]);
  expect(checked(twins(other)).measures?.divergence).toEqual({ onlyServing: 1, onlyOther: 1, different: 0 });
  let moved = 0;
  const version = (row: AuditRow) => {
    if (!row.write.startsWith("r") || moved > 0) return [row];
    moved += 1;
    return [{ ...row, version: 7 }];
  };
  expect(checked(twins(version)).measures?.divergence).toEqual({ onlyServing: 1, onlyOther: 1, different: 0 });
});

test("deleted on one site only is a difference, and the first row of a site is judged like any other", () => {
  const deleted = (row: AuditRow, i: number) => (i === 200 ? [{ ...row, deleted: true }] : [row]);
  expect(checked(twins(deleted)).measures?.divergence).toEqual({ onlyServing: 0, onlyOther: 0, different: 1 });
  const { audit, ...rest } = fakeParts(CALM);
  const ofA = audit.filter((line) => line.type === "row" && line.side === "a").toReversed() as AuditRow[];
  const ends = (["a", "b"] as const).map((side) => {
    return { type: "rows-end" as const, side, rows: ofA.length, postgres: "17" };
  });
  const both = recordOf({ ...rest, audit: [...ofA, ...ofA.map((row): AuditRow => ({ ...row, side: "b" })), ...ends] });
  expect(checked(both).measures?.divergence).toEqual({ onlyServing: 0, onlyOther: 0, different: 0 });
});

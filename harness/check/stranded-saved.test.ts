import { describe, expect, test } from "vitest";
import type { AuditLine } from "../model/audit.ts";
import { writeId } from "../model/write.ts";
import { gatherFacts } from "./facts.ts";
import { PLAN } from "./planted-plan.ts";
import { cameBack } from "./planted-return.ts";
import { type Parts, plantedParts, recordOf } from "./planted-run.ts";
import { strandedSaved } from "./stranded-saved.ts";

const LOST = [10, 20, 30];
const back = cameBack(plantedParts({ lost: LOST, stranded: LOST }));
const checked = (changes: Partial<Parts> = {}) => {
  const record = recordOf({ ...back, ...changes });
  return strandedSaved.check(record, gatherFacts(record));
};

test("what was saved is exactly what was stranded", () => {
  const { verdict, reason } = checked();
  expect([verdict, reason]).toEqual([
    "holds",
    `${back.saved.length} versions were stranded on a side that came back, and saved`,
  ]);
  expect(new Set(back.saved.map(({ write }) => write))).toEqual(new Set(LOST.map((n) => writeId(PLAN.seed, n))));
});

describe("it is broken when", () => {
  const [first] = back.saved;
  if (!first) throw new Error("nothing was stranded");
  const name = `${first.resource}/${first.version} of ${first.write}`;

  test("one was not saved, whichever", () => {
    for (const missing of back.saved) {
      const { verdict, evidence } = checked({ saved: back.saved.filter((version) => version !== missing) });
      expect(verdict).toBe("broken");
      expect(evidence).toEqual([expect.stringMatching(/ of .*: stranded on a, and not saved$/)]);
    }
  });

  test("one was saved that the serving side has as well", () => {
    const row = back.audit.find((line) => line.type === "row" && line.write === writeId(PLAN.seed, 5));
    if (row?.type !== "row") throw new Error("write 5 is not there");
    const { write, resource, version, pid } = row;
    const saved = [...back.saved, { side: "a" as const, write, resource, version, pid, transaction: 99, body: {} }];
    expect(checked({ saved })).toMatchObject({
      verdict: "broken",
      evidence: [`${resource}/${version} of ${write}: saved, and not stranded on a`],
    });
  });

  test("one was saved twice, as something else, or as another side's", () => {
    expect(checked({ saved: [...back.saved, first] }).evidence).toEqual([`${name}: saved, and not stranded on a`]);
    const rest = back.saved.slice(1);
    const other = checked({ saved: [{ ...first, version: 9 }, ...rest] });
    expect(other.evidence).toEqual([`${name}: saved as ${first.resource}/9 of ${first.write}`]);
    expect(checked({ saved: [{ ...first, side: "b" }, ...rest] }).evidence).toEqual([
      `${name}: stranded on a, and not saved`,
    ]);
  });
});

test("what others wrote is saved too, and is none of the judge's business", () => {
  const canary = {
    side: "a" as const,
    write: "8hGx0aPq",
    resource: "Basic/canary",
    version: 7,
    pid: -4,
    transaction: 0,
    body: {},
  };
  expect(checked({ saved: [canary, ...back.saved] }).verdict).toBe("holds");
});

test("one that was written again elsewhere, by the same write, is stranded all the same", () => {
  const again = (line: AuditLine): AuditLine[] =>
    line.type === "row" && line.side === "a" && line.write === writeId(PLAN.seed, 10)
      ? [{ ...line, side: "b", pid: line.pid + 5e6 }]
      : [];
  const rows = back.returned.flatMap(again);
  const audit = [...rows, ...back.audit].map((line) =>
    line.type === "rows-end" && line.side === "b" ? { ...line, rows: line.rows + rows.length } : line,
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(checked({ audit }).verdict).toBe("holds");
});

test("without a return, or with one that overwrote nothing, nothing is asked", () => {
  for (const parts of [plantedParts({ lost: [10], stranded: [10] }), { ...back, events: plantedParts().events }]) {
    const record = recordOf(parts);
    expect(strandedSaved.check(record, gatherFacts(record)).verdict).toBe("unasked");
  }
});

test("not known is not called saved", () => {
  const record = recordOf(back);
  expect(strandedSaved.check({ ...record, saved: null }, gatherFacts(record)).verdict).toBe("inconclusive");
  expect(strandedSaved.check({ ...record, returned: [] }, gatherFacts(record)).verdict).toBe("inconclusive");
  expect(checked({ returned: back.returned.slice(0, -1) }).verdict).toBe("inconclusive");
  expect(checked({ audit: [] }).verdict).toBe("inconclusive");
});

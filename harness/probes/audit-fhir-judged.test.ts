/** An audit by FHIR alone, judged: exactly the seeded defects are found. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge } from "../check/judge.ts";
import { onOwnSystem } from "../check/testing/fake-own.ts";
import { filesOf } from "../check/testing/fake-run.ts";
import { resourcesOf } from "../check/testing/fake-writes.ts";
import type { Operation } from "../model/columns/operation.ts";
import { tagOf } from "../model/load/tag.ts";
import { IDENTIFIER_SYSTEM, writeId } from "../model/load/write.ts";
import type { AuditLine } from "../model/record/audit.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { readRecord } from "../record/read-record.ts";
import type { Resource } from "../system/testing/memory-fhir.ts";
import { linesOf, recordWith, type ServedRun, servedRun } from "./testing/served-run.ts";

test.each([0, 7])("without defects, and with %i resources from before, everything holds", async (resources) => {
  const run = servedRun({ resources, happened: [45, 46, 47] });
  const audit = await linesOf(run.audited);
  const filled: DrillEvent[] = resources > 0 ? [{ type: "phase", phase: "seed", atMs: 0 }] : [];
  const parts = onOwnSystem({ ...run.parts, events: [...filled, ...run.parts.events] });
  const record = readRecord(filesOf({ ...parts, audit }));
  expect(record.legibility.audit).toMatchObject({ torn: false, unreadable: [], lines: audit.length });
  const { checks, verdict, measures } = judge(record);
  expect(checks.filter(({ verdict }) => verdict === "broken" || verdict === "inconclusive")).toEqual([]);
  expect(verdict).toBe("holds");
  expect(measures).toMatchObject({ lost: { count: 0 }, recovered: { count: 3 }, doubleExecuted: { count: 0 } });
});

interface Expected {
  lost: Set<string>;
  torn: Set<string>;
  duplicated: Set<string>;
  corrupt: Set<string>;
  unexpected: Set<string>;
  indexLost: Set<string>;
  dangling: Set<string>;
  regressed: Set<string>;
  recovered: number;
  late: number;
}

/** What each defect does to the server, and what must be found. `rival`: another write, left intact. */
interface Damage {
  isFor: (op: Operation) => boolean;
  seed: (run: ServedRun, names: string[], expected: Expected, op: Operation, rival: Operation, draw: number) => void;
}

const isSingle = ({ kind }: Operation) => kind === "put" || kind === "post";
const isOwn = ({ kind }: Operation) => kind !== "update";
const isBundle = ({ kind }: Operation) => kind === "bundle";
function edit({ fhir }: ServedRun, name: string, change: (resource: Resource) => Resource): void {
  const versions = fhir.stored.get(name) ?? [];
  fhir.stored.set(name, [...versions.slice(0, -1), change(versions.at(-1) as Resource)]);
}
/** Its first sleep is between the first pass and the second. */
const returning = new WeakMap<ServedRun, (() => void)[]>();

const DAMAGES: Record<string, Damage> = {
  lost: {
    isFor: isOwn,
    seed: ({ fhir }, names, { lost }, op) => {
      for (const name of names) fhir.forget(name);
      lost.add(op.write);
    },
  },
  torn: {
    isFor: isBundle,
    seed: ({ fhir }, names, { lost, torn, dangling }, op, _, draw) => {
      fhir.forget(names[draw % 3] as string);
      for (const of of [lost, torn]) of.add(op.write);
      if (draw % 3 === 0) for (const name of names.slice(1)) dangling.add(name);
    },
  },
  altered: {
    isFor: isOwn,
    seed: (run, names, { corrupt }, op, _, draw) => {
      edit(run, names[draw % names.length] as string, (is) => ({ ...is, language: "tlh" }));
      corrupt.add(op.write);
    },
  },
  misled: {
    isFor: isBundle,
    seed: (run, names, { corrupt }, op, rival) => {
      const [reference] = resourcesOf(rival, run.parts.run.seed);
      edit(run, names[1] as string, (is) => ({ ...is, subject: { reference } }));
      corrupt.add(op.write);
    },
  },
  duplicated: {
    isFor: isOwn,
    seed: ({ fhir }, names, { duplicated, corrupt }, op) => {
      for (const name of names) {
        const is = fhir.current(name) as Resource;
        const subject = "subject" in is ? { subject: { reference: `${names[0]}-again` } } : {};
        fhir.stored.set(`${name}-again`, [{ ...is, id: `${is.id}-again`, ...subject }]);
      }
      duplicated.add(op.write);
      // A PUT names its resource, and what it sent has no business on another.
      if (op.kind === "put") corrupt.add(op.write);
    },
  },
  unindexed: {
    isFor: isOwn,
    seed: ({ fhir }, names, { indexLost }) => {
      for (const name of names) {
        fhir.unindexed.add(name);
        indexLost.add(name);
      }
    },
  },
  moved: {
    isFor: isSingle,
    seed: (run, names, { lost, duplicated, corrupt }, op, rival) => {
      const identifier = [{ system: IDENTIFIER_SYSTEM, value: rival.write }];
      edit(run, names[0] as string, (is) => ({ ...is, identifier }));
      lost.add(op.write);
      for (const of of [duplicated, corrupt]) of.add(rival.write);
    },
  },
  nameless: {
    isFor: isSingle,
    seed: (run, names, { lost, unexpected }, op) => {
      edit(run, names[0] as string, (is) => ({ ...is, identifier: [] }));
      lost.add(op.write);
      unexpected.add("");
    },
  },
  unexpected: {
    isFor: isSingle,
    seed: ({ fhir, parts }, _, { unexpected }, op) => {
      const write = writeId(parts.run.seed, 5000 + op.n);
      const meta = { versionId: "1", tag: [tagOf(parts.run.seed)] };
      const identifier = [{ system: IDENTIFIER_SYSTEM, value: write }];
      fhir.stored.set(`Patient/x${op.n}`, [{ resourceType: "Patient", id: `x${op.n}`, meta, identifier }]);
      unexpected.add(write);
    },
  },
  late: {
    isFor: isOwn,
    seed: (run, names, expected) => {
      const { stored } = run.fhir;
      const kept = names.map((name) => [name, stored.get(name) ?? []] as const);
      for (const name of names) stored.delete(name);
      const giveBack = () => {
        for (const [name, versions] of kept) stored.set(name, versions);
      };
      returning.set(run, [...(returning.get(run) ?? []), giveBack]);
      expected.late += names.length;
    },
  },
};

function seeded(seed: number, draws: readonly (readonly [number, string])[]) {
  // So many that registers are updated more than once.
  const plan = { seed, ratePerSecond: 30 };
  const unknown = servedRun(plan).parts.operations.filter((op) => op.outcome === "info" && isOwn(op));
  const happened = draws
    .filter(([draw]) => draw % 2 === 0)
    .map(([draw]) => unknown[draw % unknown.length]?.n as number);
  const run = servedRun({ ...plan, happened });
  const expected: Expected = {
    ...{ lost: new Set(), torn: new Set(), duplicated: new Set(), corrupt: new Set(), unexpected: new Set() },
    ...{ indexLost: new Set(), dangling: new Set(), regressed: new Set() },
    ...{ recovered: new Set(happened).size, late: 0 },
  };
  const lastOf = new Map(run.parts.operations.map((op) => [resourcesOf(op, seed)[0], op]));
  const acknowledged = run.parts.operations.filter(({ outcome }) => outcome === "ok");
  const used = new Set<Operation>();
  const take = (draw: number, isFor: (op: Operation) => boolean) => {
    const free = acknowledged.filter((op) => !used.has(op) && isFor(op));
    const op = free[draw % free.length];
    if (op !== undefined) used.add(op);
    return op;
  };
  for (const [draw, name] of draws) {
    if (name === "regressed") {
      const op = take(draw, (each) => !isOwn(each) && lastOf.get(resourcesOf(each, seed)[0]) === each);
      if (op === undefined) continue;
      const [resource] = resourcesOf(op, seed) as [string];
      run.fhir.forget(resource);
      expected.lost.add(op.write);
      expected.regressed.add(resource);
      continue;
    }
    const damage = DAMAGES[name] as Damage;
    const [op, rival] = [take(draw, damage.isFor), take(draw + 1, isSingle)];
    if (op && rival) damage.seed(run, resourcesOf(op, seed), expected, op, rival, draw);
  }
  return { run, expected };
}

const seeds = fc.integer({ min: 0, max: 36 ** 5 - 1 });
const draws = fc.array(fc.tuple(fc.nat(), fc.constantFrom("regressed", ...Object.keys(DAMAGES))), { maxLength: 14 });

describe("exactly the defects are found", () => {
  test("in any combination", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, draws, async (seed, list) => {
        const { run, expected } = seeded(seed, list);
        const sleep = async () => {
          for (const give of returning.get(run) ?? []) give();
        };
        const lines = await linesOf(run.audited, { sleep });
        const { measures, checks } = judge(recordWith(run, lines));
        const { lost, torn, duplicated, corrupt, unexpected, indexLost, dangling, regressed, recovered } = measures;
        const found = {
          ...{ lost: new Set(lost.ids), torn: new Set(torn.ids), duplicated: new Set(duplicated.ids) },
          ...{ corrupt: new Set(corrupt.ids), unexpected: new Set(unexpected.ids) },
          ...{ indexLost: new Set(indexLost.resources), dangling: new Set(dangling.resources) },
          ...{ regressed: new Set(regressed.resources), recovered: recovered.count, late: lateIn(lines) },
        };
        expect(found).toEqual(expected);
        expect(checks.find(({ name }) => name === "api-reads")?.verdict).toBe("holds");
        expect(checks.find(({ name }) => name === "current-versions")?.verdict).toBe("holds");
        expect(measures.registers.violations).toEqual([]);
      }),
      { seed: 20261129, numRuns: Math.ceil((fc.readConfigureGlobal()?.numRuns ?? 100) / 4) },
    );
  });
});

function lateIn(lines: readonly AuditLine[]): number | undefined {
  return lines.flatMap((line) => (line.type === "reads-end" ? [line.late?.count] : []))[0];
}

/** The checks of sets agree with the definitions, over thousands of small runs in which everything goes wrong. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Operation, splitStored, UNVERIFIABLE } from "../../model/columns/operation.ts";
import { fingerprint } from "../../model/load/content.ts";
import { firstVersionOf, kindOfWrite, writeId } from "../../model/load/write.ts";
import type { SiteName } from "../../model/plan/site.ts";
import type { AuditLine, AuditRow } from "../../model/record/audit.ts";
import type { StrandedVersion } from "../../model/record/stranded.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import type { Checker } from "../checker.ts";
import { duplicatedWrites } from "../duplicated-writes.ts";
import { gatherFacts } from "../facts.ts";
import { lostWrites } from "../lost-writes.ts";
import { tornBundles } from "../torn-bundles.ts";
import { unacknowledgedWrites } from "../unacknowledged-writes.ts";
import { unexpectedWrites } from "../unexpected-writes.ts";
import { PLAN } from "./fake-plan.ts";
import { fakeParts, recordOf } from "./fake-run.ts";
import { MIX, RUNNER } from "./fake-writes.ts";
import { bodiesOf, type ObviousRun, type ObviousSets, obviousSets, rowsOf } from "./obvious-sets.ts";

const CHECKERS = [lostWrites, unacknowledgedWrites, unexpectedWrites, duplicatedWrites, tornBundles];
const { seed } = PLAN;
/** B serves, and nothing may be lost. */
const whole = fakeParts({ objectives: { ...PLAN.objectives, lostWrites: 0 } });

type Held = Pick<AuditRow, "content" | "refersTo">;
const NOTHING: Held = { content: null, refersTo: null };

/** Chances, in percent. */
interface Dice {
  happens: (percent: number) => boolean;
  oneOf: <T>(list: readonly T[]) => T;
}

function diceOf(g: fc.GeneratorValue): Dice {
  const below = (limit: number) => g(fc.nat, { max: limit - 1 });
  return { happens: (percent) => below(100) < percent, oneOf: (list) => list[below(list.length)] as never };
}

function writeOf(n: number, { happens, oneOf }: Dice): Operation {
  const write = writeId(seed, n);
  const kind = kindOfWrite(seed, n, MIX);
  const outcome = oneOf(["ok", "ok", "ok", "info", "fail"] as const);
  const version = oneOf([1, 2]);
  const names = {
    ...{ put: [`Patient/${write}`], post: [`Patient/${n}`], update: [firstVersionOf(seed, n % 2).path] },
    bundle: [`Patient/${n}`, `Observation/${10 + n}`, happens(5) ? `Patient/${n}` : `Observation/${20 + n}`],
  };
  return {
    ...{ write, n, kind, invokedMs: 100 * n, completedMs: 100 * n + oneOf([5, 150, 1000]), outcome, reason: outcome },
    ...{ status: 0, stored: names[kind].map((name) => `${name}/${version}`), servedBy: oneOf(["a", "b"] as const) },
    ...{ runner: RUNNER, line: n + 1, read: null },
  };
}

/** What a site holds of all or some of the writes, not always as they were acknowledged. */
function rowsFor(side: SiteName, writes: readonly Operation[], dice: Dice): AuditRow[] {
  const { happens, oneOf } = dice;
  let pid = 0;
  const row = (write: string, resource: string, version: number, content: Held = NOTHING): AuditRow => {
    if (!happens(3)) pid += 1;
    return { type: "row", side, write, resource, version, deleted: happens(8), indexed: null, pid, ...content };
  };
  const rows = writes.flatMap(({ write, n, stored }) =>
    stored.flatMap((name, place) => {
      const { resource, version } = splitStored(name);
      const held = Math.max(1, version + oneOf([0, 0, 0, 0, 1, -1]));
      const body = bodiesOf(seed, n)[place] as object;
      const patient = splitStored(happens(95) ? (stored[0] as string) : oneOf(stored)).resource;
      const content = {
        content: fingerprint(body) + (happens(5) ? 1 : 0),
        refersTo: "subject" in body ? patient : null,
      };
      return [
        ...(happens(75) ? [row(write, resource, held, content)] : []),
        ...(happens(15) ? [row(write, resource, oneOf([1, 2, 3]), content)] : []),
        ...(happens(10) ? [row(write, `${resource}-again`, 1, content)] : []),
        ...(happens(5) ? [row(oneOf(writes).write, resource, oneOf([1, 2, 3]), content)] : []),
      ];
    }),
  );
  const register = firstVersionOf(seed, oneOf([0, 1, 99]));
  const unexpected = [writeId(seed, 99), writeId(seed + 1, 0), register.id, firstVersionOf(seed, 100).id, "nobody"];
  if (happens(50)) rows.push(row(register.id, register.path, 1));
  if (happens(20)) rows.push(row(oneOf(unexpected), oneOf([register.path, "Patient/7"]), oneOf([1, 2])));
  // The newest is the current one, except that sometimes it is not, and none or two are.
  return rows.map((each) => {
    const isNewest = !rows.some((other) => other.resource === each.resource && other.version > each.version);
    const current = isNewest !== happens(5);
    return { ...each, current, indexed: current && !each.deleted ? true : null };
  });
}

/** What was saved of what A held when it came back: not all, and not always with its content. */
function savedOf(rows: readonly AuditRow[], writes: readonly Operation[], { happens }: Dice): StrandedVersion[] {
  return rows.flatMap((row, transaction): StrandedVersion[] => {
    const { write, resource, version, pid, refersTo } = row;
    const from = writes.find((each) => each.stored.some((name) => splitStored(name).resource === resource));
    const place = from?.stored.findIndex((name) => splitStored(name).resource === resource) ?? -1;
    if (from === undefined || happens(20)) return [];
    const sent = bodiesOf(seed, from.n)[place] as object;
    const body = refersTo === null ? sent : { ...sent, subject: { reference: refersTo } };
    return [{ side: "a", write, resource, version, pid, transaction, body: happens(10) ? null : body }];
  });
}

/** What an answer names of all that was stored: sometimes nothing, or too little. */
function answered(write: Operation, { happens, oneOf }: Dice): Operation {
  if (write.outcome === "ok") return write;
  if (write.outcome === "fail" || happens(50)) return { ...write, stored: [] };
  return { ...write, reason: UNVERIFIABLE, stored: write.stored.slice(oneOf([0, 1])) };
}

function auditOf(side: SiteName, writes: readonly Operation[], dice: Dice): AuditLine[] {
  const { happens } = dice;
  const rows = rowsFor(side, writes, dice);
  const end: AuditLine = { type: "rows-end", side, rows: rows.length + (happens(2) ? 1 : 0), postgres: "17" };
  const unreadable: AuditLine[] = happens(1) ? [{ type: "unreadable", side, why: "it broke off" }] : [];
  return happens(1) ? rows : [...rows, end, ...unreadable];
}

function asksOf(side: SiteName, writes: readonly Operation[], { happens, oneOf }: Dice): AuditLine[] {
  const reads = writes.flatMap(({ write, stored }) =>
    stored.flatMap((name): AuditLine[] => {
      if (happens(70)) return [];
      const status = happens(2) ? 500 : oneOf([200, 200, 200, 404, 410]);
      const asked = happens(90) ? write : oneOf(writes).write;
      const version = status === 200 ? oneOf([1, 2, 2, 3, 3, null]) : null;
      return [{ type: "read", side, write: asked, resource: splitStored(name).resource, status, version }];
    }),
  );
  const end: AuditLine = { type: "reads-end", side, reads: reads.length + (happens(2) ? 1 : 0), searches: 0 };
  return happens(1) ? reads : [...reads, end];
}

function runOf(g: fc.GeneratorValue): ObviousRun {
  const dice = diceOf(g);
  const first = g(fc.nat, { max: 90 });
  const stored = Array.from({ length: 1 + g(fc.nat, { max: 5 }) }, (_, i) => writeOf(first + i, dice));
  const writes = stored.map((write) => answered(write, dice));
  const serving = [...auditOf("b", stored, dice), ...asksOf("b", stored, dice)];
  const returned = dice.happens(50) ? auditOf("a", stored, dice) : [];
  const saved = dice.happens(90) ? savedOf(rowsOf(returned), stored, dice) : [];
  return { seed, writes, serving, other: auditOf("a", stored, dice), returned, saved };
}

/** The verdicts and measures of all these checkers. */
function judged({ writes, serving, other, returned, saved }: ObviousRun) {
  const run = { ...whole.run, k6: { iterations: writes.length, droppedIterations: 0, exitCode: 0 } };
  const back = { returned: [...returned], saved: [...saved] };
  const record = recordOf({ ...whole, run, operations: [...writes], audit: [...serving, ...other], ...back });
  const facts = gatherFacts(record);
  const findings = CHECKERS.map((checker) => [checker, checker.check(record, facts)] as const);
  const measures: Partial<Measures> = Object.assign({}, ...findings.map(([, { measures }]) => measures));
  return { verdictOf: new Map(findings.map(([checker, { verdict }]) => [checker, verdict])), measures };
}

const sorted = (ids: readonly string[] | undefined | null) => ids?.toSorted();

test("they count what a plain reading of the definitions counts", () => {
  const seen = { unknown: 0, lost: 0, stranded: 0, recovered: 0, phantom: 0, unexpected: 0, duplicated: 0, torn: 0 };
  const cases = 20 * (fc.readConfigureGlobal().numRuns ?? 100);
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const run = runOf(g);
      const truth = obviousSets(run);
      const { verdictOf, measures } = judged(run);
      if (truth === null) {
        seen.unknown += 1;
        expect([...verdictOf.values()]).toEqual(CHECKERS.map(() => "inconclusive"));
        expect(measures).toEqual({});
        return;
      }
      const { lost, stranded, recovered, phantom, unexpected, duplicated, torn } = truth;
      for (const name of Object.keys(truth) as (keyof ObviousSets)[]) seen[name] += truth[name]?.length ? 1 : 0;
      const word = (checker: Checker, broken: boolean) =>
        expect(verdictOf.get(checker)).toBe(broken ? "broken" : "holds");
      word(unexpectedWrites, unexpected.length > 0);
      word(duplicatedWrites, duplicated.length > 0);
      word(tornBundles, torn.length > 0);
      expect(verdictOf.get(unacknowledgedWrites)).toBe(phantom.length > 0 ? "inconclusive" : "holds");
      expect(measures.recovered?.count).toBe(recovered.length);
      expect(sorted(measures.phantom?.ids)).toEqual(sorted(phantom));
      expect(sorted(measures.unexpected?.ids)).toEqual(sorted(unexpected));
      expect(sorted(measures.duplicated?.ids)).toEqual(sorted(duplicated));
      expect(sorted(measures.torn?.ids)).toEqual(sorted(torn));
      if (!run.writes.some(({ outcome, reason }) => outcome === "ok" || reason === UNVERIFIABLE)) {
        expect(verdictOf.get(lostWrites)).toBe("inconclusive");
        return;
      }
      word(lostWrites, lost.length > 0);
      expect(sorted(measures.lost?.ids)).toEqual(sorted(lost));
      expect(measures.stranded?.count).toBe(stranded === null ? null : stranded.length);
      expect(sorted(measures.stranded?.ids)).toEqual(sorted(stranded ?? []));
    }),
    { seed: 31, numRuns: cases },
  );
  if (cases >= 1000) expect(Math.min(...Object.values(seen))).toBeGreaterThan(cases / 100);
});

/** RTO agrees with a plain reading of its definition, over hundreds of made-up outages and every stored real run. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { goldenNames, readGolden } from "../../../test/golden/read-golden.ts";
import type { Operation } from "../../model/columns/operation.ts";
import { WRITE_KINDS, type WriteKind, writeId } from "../../model/load/write.ts";
import type { DrillEvent } from "../../model/record/event.ts";
import type { RunRecord } from "../../model/record/record.ts";
import { readRecord } from "../../record/read-record.ts";
import { gatherFacts } from "../facts.ts";
import { rto } from "../rto.ts";
import { PLAN } from "./fake-plan.ts";
import { fakeParts, recordOf } from "./fake-run.ts";
import { SCHEDULE } from "./fake-timeline.ts";
import { RUNNER } from "./fake-writes.ts";
import { obviousRto } from "./obvious-rto.ts";

type Draw = (limit: number) => number;

const whole = fakeParts();
const BEGAN_MS = 20_000;
const MIXES = [
  { put: 5, post: 3, bundle: 1, update: 1 },
  { put: 24, post: 0, bundle: 1, update: 0 },
  { put: 1, post: 0, bundle: 0, update: 0 },
];

/** How a write sent in that time ends; `null`: it is not sent. */
interface Trouble {
  fromMs: number;
  toMs: number;
  does: (op: Operation) => Operation | null;
}

const missed = (op: Operation): Operation => ({ ...op, outcome: "info", status: 0, completedMs: op.invokedMs + 5000 });

function troubleFrom(fromMs: number, below: Draw): Trouble {
  const toMs = fromMs + ([50, 300, 900, 1000, 1100, 2000, 3500, 6000] as const)[below(8) as 0];
  const often = 2 + below(20);
  const kind = WRITE_KINDS[below(4)];
  const took = 800 + below(1500);
  const does: Trouble["does"][] = [
    missed,
    missed,
    // An answer before its write was sent means a clock that was set back, and then times do not count.
    (op) => ({ ...op, completedMs: Math.max(toMs, op.invokedMs) }),
    (op) => ({ ...op, completedMs: Math.max(toMs, op.invokedMs) + (op.n % 7) * 100 }),
    (op) => ({ ...op, completedMs: op.invokedMs + took }),
    (op) => ({ ...op, completedMs: op.invokedMs + took * ((op.n % 10) / 10) }),
    (op) => (op.n % often === 0 ? missed(op) : op),
    (op) => (op.n % often === 0 ? { ...op, completedMs: op.invokedMs + 2500 } : op),
    (op) => (op.kind === kind ? missed(op) : op),
    () => null,
    (op) => (op.n % often === 0 ? null : op),
    (op) => ({ ...op, outcome: "fail", completedMs: op.invokedMs + 1 }),
  ];
  return {
    fromMs,
    toMs: below(8) === 0 ? Number.POSITIVE_INFINITY : toMs,
    does: does[below(does.length)] as Trouble["does"],
  };
}

function actsOf(below: Draw): DrillEvent[] {
  const at = () => BEGAN_MS + (below(4) === 0 ? -3000 : 2000) + 1000 * below(20) + below(3) * 500;
  const fault = (index: number): DrillEvent => {
    const kind = SCHEDULE.faults[index]?.kind ?? "unknown";
    return { type: "fault", fault: index, kind, state: "injecting", atMs: at(), detail: {} };
  };
  const order = (): DrillEvent[] => {
    const atMs = at();
    const operation = { type: "order", order: 0, kind: "switchover", detail: {} } as const;
    const step = { type: "operator", plan: "switchover", step: "fenced", side: "b", detail: {} } as const;
    const steps = below(3) > 0 ? [{ ...step, atMs: atMs + below(3000), tookMs: below(2000) }] : [];
    return [{ ...operation, state: "given", atMs }, ...steps, { ...operation, state: "done", atMs: atMs + 4000 }];
  };
  return [...(below(2) ? [fault(1)] : []), ...(below(3) ? [] : [fault(2)]), ...(below(3) ? [] : order())];
}

function failover(detectedMs: number): DrillEvent[] {
  const step = { type: "operator", plan: "failover", side: "b", tookMs: 0, detail: {} } as const;
  return [
    { ...step, step: "detected", atMs: detectedMs },
    { ...step, step: "latched", atMs: detectedMs + 300 },
  ];
}

function madeUp(below: Draw): RunRecord {
  const beatMs = ([25, 50, 100, 200, 400] as const)[below(5) as 0];
  const jitterMs = below(3) === 0 ? beatMs : 0;
  const tookMs = ([5, 10, 40, 900, 1200] as const)[below(5) as 0];
  const fromMs = BEGAN_MS - 4000 - 2000 * below(3);
  const endMs = BEGAN_MS + 2000 + 1000 * below(beatMs < 100 ? 18 : 30);
  const mix = MIXES[below(MIXES.length)] as (typeof MIXES)[number];
  const events = actsOf(below);
  const nearbyMs = [BEGAN_MS, ...events.map(({ atMs }) => atMs)];
  const troubles = Array.from({ length: below(5) }, () =>
    troubleFrom((nearbyMs[below(nearbyMs.length)] as number) + 50 * (below(120) - 40), below),
  );
  // Answered by the operator before the disaster, which another outage meets.
  if (below(6) === 0)
    for (const [fromMs, mostMs] of [[BEGAN_MS - 3500, 3000] as const, [BEGAN_MS, 2500] as const])
      troubles.unshift({ fromMs, toMs: fromMs + 500 + below(mostMs), does: missed });
  const kinds = WRITE_KINDS.flatMap((kind) => Array.from({ length: mix[kind] }, (): WriteKind => kind));
  const sentMs = Array.from(
    { length: Math.ceil((endMs - fromMs + 1000) / beatMs) },
    (_, k) => fromMs - 1000 + k * beatMs + (jitterMs && below(jitterMs)),
  ).toSorted((x, y) => x - y);
  const operations = sentMs.flatMap((invokedMs, n) => {
    const known = { write: writeId(PLAN.seed, n), n, kind: kinds[(n * 7) % kinds.length] as WriteKind, invokedMs };
    const answer = { completedMs: invokedMs + tookMs, outcome: "ok", reason: "acknowledged", status: 201 } as const;
    const op: Operation = {
      ...known,
      ...answer,
      runner: RUNNER,
      line: 2 * n + 2,
      stored: [],
      servedBy: "a",
      read: null,
    };
    const met = troubles.find((trouble) => trouble.fromMs <= invokedMs && invokedMs < trouble.toMs);
    return (met ? met.does(op) : op) ?? [];
  });
  const noticedMs = [BEGAN_MS, ...troubles.map((trouble) => trouble.fromMs)].map((ms) => ms + 1 + below(2000));
  const fault = { type: "fault", fault: 0, kind: "region-loss", atMs: BEGAN_MS, detail: {} } as const;
  return recordOf({
    ...whole,
    run: {
      ...whole.run,
      scenario: { ...whole.run.scenario, ...SCHEDULE, load: { ...whole.run.scenario.load, mix } },
      config: { ...whole.run.config, objectives: { ...PLAN.objectives, rtoSeconds: 1 + below(8) } },
    },
    operations,
    events: [
      { type: "phase", phase: "baseline", atMs: fromMs } as const,
      ...[{ ...fault, state: "injecting" } as const, { ...fault, state: "injected" } as const],
      ...events,
      ...noticedMs.filter(() => below(2)).flatMap(failover),
    ].toSorted((x, y) => x.atMs - y.atMs),
    audit: [],
    probes: [],
  });
}

function judged(record: RunRecord) {
  const { verdict, measures } = rto.check(record, gatherFacts(record));
  if (measures?.rto === undefined) return null;
  const { detect: _, switch: __, resume: ___, ...figures } = measures.rto;
  return { ...figures, verdict };
}

test("of made-up outages", () => {
  const seen = { back: 0, censored: 0, fast: 0, open: 0, early: 0, acts: 0, few: 0, slow: 0, broken: 0 };
  const cases = 5 * (fc.readConfigureGlobal().numRuns ?? 100);
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const record = madeUp((limit) => (limit < 2 ? 0 : g(fc.nat, { max: limit - 1 })));
      const truth = obviousRto(record);
      if (truth !== null) {
        const { seconds, later, verdict } = truth;
        seen.back += seconds === null ? 0 : 1;
        seen.censored += seconds === null ? 1 : 0;
        seen.fast += seconds !== null && seconds < 0.1 ? 1 : 0;
        seen.open += seconds !== null && verdict === "inconclusive" ? 1 : 0;
        seen.early += later.some(({ cause }) => cause === "disaster itself") ? 1 : 0;
        seen.acts += later.some(({ cause }) => cause?.startsWith("planned") || cause?.endsWith("fault")) ? 1 : 0;
        seen.few += later.some(({ cause }) => cause === null) ? 1 : 0;
        seen.slow += truth.slowWrites ? 1 : 0;
        seen.broken += verdict === "broken" ? 1 : 0;
      }
      expect(judged(record)).toEqual(truth);
    }),
    { seed: 33, numRuns: cases },
  );
  if (cases >= 500) expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0);
});

test.each(goldenNames())("of %s", (name) => {
  const record = readRecord(readGolden(name).files);
  expect(judged(record)).toEqual(obviousRto(record));
});

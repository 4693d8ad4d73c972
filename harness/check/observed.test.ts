/** A system that fails over by itself is judged by samples of both sites, and by what an observer recorded. */
import { describe, expect, test } from "vitest";
import type { PrimaryProbe, ProbeLine } from "../model/record/probe.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { lostWrites } from "./lost-writes.ts";
import { wrongTakeovers } from "./observed.ts";
import { probeHoles } from "./probe-coverage.ts";
import { rto } from "./rto.ts";
import { strandedSaved } from "./stranded-saved.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import type { Plan } from "./testing/fake-plan.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";
import { wrongDetections } from "./told-detections.ts";
import { wrongPlans } from "./told-plans.ts";
import { wrongSites } from "./told-sites.ts";

const planned = (plan: Partial<Plan> = {}) => underPatroni(fakeParts(plan));
const recorded = (edit: (parts: Parts) => Partial<Parts> = () => ({}), plan: Partial<Plan> = {}) => {
  const parts = planned(plan);
  return recordOf({ ...parts, ...edit(parts) });
};
const samplesOf = ({ probes }: Parts, change: (sample: PrimaryProbe) => PrimaryProbe[]): Pick<Parts, "probes"> => ({
  probes: probes.flatMap((probe): ProbeLine[] => (probe.type === "primary" ? change(probe) : [probe])),
});

test("a complete record has nothing wrong", () => {
  const record = recorded();
  const wrong = [wrongTakeovers, wrongPlans, wrongDetections, wrongSites].flatMap((check) => check(record));
  expect([...wrong, ...probeHoles(record, gatherFacts(record))]).toEqual([]);
});

test("the site of the last primary serves, whichever FHIR server acknowledged", () => {
  const byA = recorded(({ operations }) => ({ operations: operations.map((write) => ({ ...write, servedBy: "a" })) }));
  expect(gatherFacts(byA).serving).toBe("b");
  expect(gatherFacts(recorded(undefined, { operator: null })).serving).toBe("a");
});

test("the RTO is split by the lock that was lost and the server that was promoted", () => {
  const { measures } = rto.check(recorded(), gatherFacts(recorded()));
  const { seconds, detect, switch: switched, resume } = measures?.rto ?? {};
  expect(detect).toBeGreaterThan(1);
  expect((detect ?? 0) + (switched ?? 0) + (resume ?? 0)).toBeCloseTo(seconds ?? Number.NaN, 6);
});

describe("inconclusive is", () => {
  test("a takeover that was not recorded", () => {
    const silent = recorded(({ events }) => ({ events: events.filter((event) => event.type !== "operator") }));
    expect(wrongTakeovers(silent)).toEqual([
      "the observer recorded these takeovers: none; the samples show: b on timeline 2",
    ]);
  });

  test("one that was recorded but no sample shows", () => {
    const blind = recorded((parts) =>
      samplesOf(parts, (sample) =>
        sample.server?.timeline === 2 ? [{ ...sample, server: null, lock: null }] : [sample],
      ),
    );
    expect(wrongTakeovers(blind)).toEqual([
      "the observer recorded these takeovers: b on timeline 2; the samples show: none",
    ]);
  });

  test("one of several that was not recorded, and all of them are named", () => {
    const [server, rest] = [{ role: "primary", state: "running", timeline: 3 } as const, { why: null, lagBytes: null }];
    const again = recorded(({ probes }) => {
      const { doneMs } = probes.findLast((probe) => probe.type === "primary") as PrimaryProbe;
      const times = { sentMs: doneMs + 90, doneMs: doneMs + 100 };
      return { probes: [...probes, { type: "primary", side: "a", ...times, server, lock: { holder: "a" }, ...rest }] };
    });
    expect(wrongTakeovers(again)).toEqual([
      "the observer recorded these takeovers: b on timeline 2; the samples show: b on timeline 2, then a on timeline 3",
    ]);
  });

  test("a run in which no site was ever seen as the primary", () => {
    const dark = recorded((parts) =>
      samplesOf(parts, (sample) => [{ ...sample, server: null, lock: null, why: "dark" }]),
    );
    expect(wrongTakeovers(dark)).toEqual(["no site was ever seen as the primary"]);
  });

  test.each(["a", "b"] as const)(
    "one without the samples of %s: that it is not asked is not that it is silent",
    (side) => {
      const half = recorded((parts) => samplesOf(parts, (sample) => (sample.side === side ? [] : [sample])));
      const facts = { ...gatherFacts(half), loadEndMs: 60_000 };
      expect(probeHoles(half, facts).join()).toContain(`there is no sample of primary of ${side}`);
    },
  );
});

test("what only the old primary held is gone when Patroni has rewound it, and what was saved is not examined", () => {
  const rewound = recorded(
    ({ audit }) => {
      const onB = audit.filter(({ side }) => side === "b");
      const copied = onB.filter(({ type }) => type === "row" || type === "rows-end");
      return { audit: [...onB, ...copied.map((line) => ({ ...line, side: "a" as const }))] };
    },
    { lost: [30, 31] },
  );
  const facts = gatherFacts(rewound);
  const { measures } = lostWrites.check(rewound, facts);
  expect([measures?.lost?.count, measures?.stranded?.count]).toEqual([2, 0]);
  expect(judge(rewound, [strandedSaved]).checks).toMatchObject([{ verdict: "not-examined" }]);
});

test("and stranded as long as it still has it", () => {
  const record = recorded(undefined, { lost: [30, 31], stranded: [31] });
  const { measures } = lostWrites.check(record, gatherFacts(record));
  expect([measures?.lost?.count, measures?.stranded?.count]).toEqual([2, 1]);
});

test("a lost write is a hole when a later one of the old primary survived, whichever server acknowledged it", () => {
  const byB = recorded(({ operations }) => ({ operations: operations.map((write) => ({ ...write, servedBy: "b" })) }), {
    lost: [30],
  });
  const { measures } = lostWrites.check(byB, gatherFacts(byB));
  expect([measures?.lost?.holes, measures?.lost?.tail]).toEqual([1, 0]);
});

test("writes from the beginning of the promotion on say nothing about the old primary; without a promotion all do", () => {
  const lost = { lost: [50] };
  const beganMs = planned(lost).operations[51]?.completedMs as number;
  const promoted = recorded(
    ({ events }) => ({
      events: events.map((event) =>
        event.type === "operator" && event.step === "promoted" ? { ...event, atMs: beganMs + 500, tookMs: 500 } : event,
      ),
    }),
    lost,
  );
  const never = recorded(undefined, { ...lost, operator: null });
  const lostOf = (record: typeof never) => lostWrites.check(record, gatherFacts(record)).measures?.lost;
  expect(lostOf(promoted)).toMatchObject({ holes: 0, tail: 1 });
  expect(lostOf(never)).toMatchObject({ holes: 1, tail: 0 });
});

test("a site that is promoted again takes over from nobody, and need not be recorded", () => {
  const restarted = recorded(
    (parts) =>
      samplesOf(parts, (sample) =>
        sample.side === "a" && sample.doneMs >= 4000 && sample.server
          ? [{ ...sample, server: { ...sample.server, timeline: 2 } }]
          : [sample],
      ),
    { operator: null },
  );
  expect(wrongTakeovers(restarted)).toEqual([]);
});

test("a run with an operator needs no samples of the primary", () => {
  const record = recordOf(fakeParts());
  expect([wrongTakeovers(record), probeHoles(record, gatherFacts(record))]).toEqual([[], []]);
});

import { describe, expect, test } from "vitest";
import type { Config } from "../model/plan/config.ts";
import { PLAN_STEPS, type PlannedStep } from "../model/plan/plan-steps.ts";
import { otherSite, type SiteName } from "../model/plan/site.ts";
import { type DrillEvent, type OperatorEvent, PLANS, type PlanName } from "../model/record/event.ts";
import { PATRONI } from "./testing/fake-patroni.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { toldPlan } from "./testing/fake-steps.ts";
import { toldPlans, wrongPlans } from "./told-plans.ts";

const healthy = fakeRun();
const { run } = healthy;
type Change = Partial<Omit<Config, "operator">> & { operator?: Partial<Config["operator"]> };
const configOf = ({ operator, ...change }: Change = {}): Config => ({
  ...run.config,
  ...change,
  operator: { ...run.config.operator, ...operator },
});

const REPLAY: Change = { operator: { strandedWrites: "replay" } };
const SAVED = { saved: { versions: 3 } };
/** What must come first, so that the sites have these roles. */
const BEFORE: Partial<Record<PlanName, PlanName>> = { rebuild: "failover" };
const about = (plan: PlanName): SiteName => (plan === "rebuild" ? "a" : "b");

function planned(plan: PlanName, fromMs: number, change: Change = {}, details = {}): OperatorEvent[] {
  return toldPlan(plan, about(plan), configOf(change), { fromMs, toMs: fromMs + 900 }, details);
}
function wrong(events: DrillEvent[], change: Change = {}, versions: Record<string, string> = run.versions): string[] {
  return wrongPlans({ ...healthy, events, run: { ...run, versions, config: configOf(change) } });
}

/** Each plan as recorded in some configuration, with what must come before it. */
const TOLD: [string, PlanName, Change, object][] = [
  ...PLANS.map((plan): [string, PlanName, Change, object] => [plan, plan, {}, plan === "rebuild" ? SAVED : {}]),
  ["failover that people decide", "failover", { operator: { decisionSeconds: 5 } }, {}],
  ["failover without a fence, by a proxy of its own mind", "failover", { fencing: false, proxy: "passive" }, {}],
  ["rebuild with a replay", "rebuild", REPLAY, { ...SAVED, replayed: { replayed: 3 } }],
];

describe.each(TOLD)("a %s", (_, plan, change, details) => {
  const first = BEFORE[plan];
  const before = first === undefined ? [] : planned(first, 1000, change);
  const whole = planned(plan, 3000, change, details);
  const found = (events: OperatorEvent[]) => wrong([...before, ...events], change);

  test("that is complete has nothing wrong", () => {
    expect(whole.length).toBeGreaterThan(2);
    expect(found(whole)).toEqual([]);
  });

  test.each(whole.map(({ step }, i) => [step, i] as const))("that lacks %s is wrong", (_, i) => {
    expect(found(whole.toSpliced(i, 1))).not.toEqual([]);
  });

  test.each(whole.map(({ step }, i) => [step, i] as const))("that has %s twice is wrong", (_, i) => {
    expect(found(whole.toSpliced(i, 0, whole[i] as OperatorEvent))).not.toEqual([]);
  });

  test("with two events swapped is wrong", () => {
    for (let i = 1; i < whole.length; i += 1)
      expect(found(whole.toSpliced(i - 1, 2, whole[i] as OperatorEvent, whole[i - 1] as OperatorEvent))).not.toEqual(
        [],
      );
  });

  test("with an event on the other site is wrong", () => {
    for (const [i, event] of whole.entries())
      expect(found(whole.with(i, { ...event, side: otherSite(event.side) }))).not.toEqual([]);
  });

  test("with a step that took longer than there was time, or a negative time, is wrong", () => {
    for (const [i, event] of whole.entries()) {
      expect(found(whole.with(i, { ...event, tookMs: -2 }))).not.toEqual([]);
      if (i > 0 && event.step !== "done") {
        expect(found(whole.with(i, { ...event, tookMs: event.atMs - (whole[i - 1] as OperatorEvent).atMs }))).toEqual(
          [],
        );
        const justSo = event.atMs - (whole[i - 1] as OperatorEvent).atMs + 1;
        expect(found(whole.with(i, { ...event, tookMs: justSo }))).toEqual([]);
        const tooLong = event.atMs - (whole[i - 1] as OperatorEvent).atMs + 2;
        expect(found(whole.with(i, { ...event, tookMs: tooLong }))).not.toEqual([]);
      }
    }
  });
});

describe("a plan that does not come to its end", () => {
  const end = (
    step: "failed" | "refused" | "called-off",
    side: SiteName,
    plan: PlanName,
    tookMs = 0,
  ): OperatorEvent => {
    return { type: "operator", plan, step, side, atMs: 5000, tookMs, detail: {} };
  };
  const failover = planned("failover", 1000);
  const failedAfter = (words: number) => [...failover.slice(0, words), end("failed", "b", "failover", 4000)];

  test("may fail after any of its steps, but lacks none before that", () => {
    for (const words of [1, 2, 3, 4]) expect(wrong(failedAfter(words))).toEqual([]);
    expect(wrong(failedAfter(3).toSpliced(1, 1))).toEqual([expect.stringMatching(/lacks the step "fenced"$/)]);
    expect(wrong(failedAfter(0))).toEqual(['the failover to B at 5.0 s lacks the step "detected"']);
  });

  test("is begun again as a plan of its own", () => {
    expect(wrong([...failedAfter(3), ...planned("failover", 6000)])).toEqual([]);
    expect(toldPlans([...failedAfter(3), ...planned("failover", 6000)]).map(({ end: word }) => word?.step)).toEqual([
      "failed",
      "done",
    ]);
  });

  test("may be refused or called off after detection, but a rebuild not before the fence", () => {
    expect(wrong([failover[0] as OperatorEvent, end("refused", "a", "failover")])).toEqual([]);
    expect(wrong([end("refused", "a", "failover")])).toEqual(['the failover at 5.0 s lacks the step "detected"']);
    expect(wrong([failover[0] as OperatorEvent, end("called-off", "a", "failover")])).toEqual([]);
    const rebuild = planned("rebuild", 3000);
    const refused = (words: number) => [...failover, ...rebuild.slice(0, words), end("refused", "a", "rebuild")];
    expect(wrong(refused(2))).toEqual([]);
    expect(wrong(refused(1))).toEqual([expect.stringMatching(/^the rebuild of A at 3\.0 s lacks the step "fenced"$/)]);
    const unfenced: Change = { fencing: false };
    const alone = [...planned("failover", 1000, unfenced), rebuild[0] as OperatorEvent, end("refused", "a", "rebuild")];
    expect(wrong(alone, unfenced)).toEqual([]);
    const failed = [...failover, rebuild[0] as OperatorEvent, end("failed", "a", "rebuild", 2000)];
    expect(wrong(failed)).toEqual([]);
  });

  test("has no end in the first runs, which do not name their fhirdrill", () => {
    expect(wrong(failover.slice(0, -1))).toEqual(["the failover to B at 1.0 s has no end"]);
    expect(wrong(failover.slice(0, -1), {}, {})).toEqual([]);
    expect(wrong(failover.slice(0, -2), {}, {})).toEqual([expect.stringMatching(/lacks the step "latched"$/)]);
  });

  test("does nothing if both sites already have the roles that were asked for", () => {
    const nothing = end("refused", "b", "switchover");
    expect(wrong([...failover, { ...nothing, step: "done" }])).toEqual([]);
    expect(wrong([{ ...nothing, side: "a", step: "done" }])).toEqual([]);
    const some = planned("switchover", 1000).slice(-2);
    expect(wrong([...some])).not.toEqual([]);
    expect(wrong([{ ...end("refused", "b", "restart"), step: "done" }])).toEqual([
      'the restart to B at 5.0 s lacks the step "restarted", "following"',
    ]);
  });

  test("is separate from the next, even without a recorded end", () => {
    const plansOf = (events: OperatorEvent[]) => toldPlans(events).map(({ plan, steps }) => [plan, steps.length]);
    const open = failover.slice(0, -1);
    expect(plansOf([...open, ...planned("failover", 6000)])).toEqual([
      ["failover", 4],
      ["failover", 4],
    ]);
    // Under Patroni a switchover begins with a step that comes later elsewhere.
    const back = planned("switchover", 6000).filter(({ step }) => step === "promoted" || step === "done");
    expect(plansOf([...open, ...back])).toEqual([
      ["failover", 4],
      ["switchover", 1],
    ]);
  });
});

test("a plan has its own steps and no others", () => {
  const failover = planned("failover", 1000);
  const foreign: OperatorEvent = { ...(failover[2] as OperatorEvent), step: "redirected" };
  expect(wrong(failover.toSpliced(3, 0, foreign))).toEqual([
    'the failover to B at 1.0 s has "redirected" where it cannot be, at 1.600 s',
  ]);
});

describe("plans run one at a time", () => {
  const failover = planned("failover", 1000);
  const rebuild = planned("rebuild", 3000, {}, SAVED);
  const begunAt = (event: OperatorEvent, ms: number): OperatorEvent => ({ ...event, tookMs: event.atMs - ms });
  const endMs = failover.at(-1)?.atMs as number;
  const withEnd = (ms: number, rest = rebuild) =>
    wrong([...failover, ...rest.with(-1, begunAt(rest.at(-1) as OperatorEvent, ms))]);
  const withFirst = (ms: number) => withEnd(endMs - 1, rebuild.with(0, begunAt(rebuild[0] as OperatorEvent, ms)));

  test("a plan begins when the one before it has ended, to within a millisecond", () => {
    for (const begun of [withFirst, withEnd]) {
      expect(begun(endMs - 1)).toEqual([]);
      expect(begun(endMs - 2)).toEqual([expect.stringMatching(/^the rebuild of A at 3\.0 s cannot have taken /)]);
    }
    expect(withFirst(endMs - 2)[0]).toMatch(/ cannot have taken 1102 ms for "returned", at 3\.000 s$/);
  });

  test("and it includes its steps; only detection and decision may come before it", () => {
    const decide: Change = { operator: { decisionSeconds: 5 } };
    const decided = planned("failover", 1000, decide);
    const [fenced, done] = [decided.find(({ step }) => step === "fenced"), decided.at(-1) as OperatorEvent];
    const wholeFrom = (ms: number) => wrong(decided.with(-1, begunAt(done, ms)), decide);
    const fencedMs = fenced?.atMs as number;
    expect([wholeFrom(fencedMs - 1), wholeFrom(fencedMs + 1)]).toEqual([[], []]);
    expect(wholeFrom(fencedMs + 2)).toEqual([expect.stringMatching(/ cannot have taken \d+ ms for "done"/)]);
    const failed = { ...done, step: "failed" as const };
    expect(wrong(decided.with(-1, begunAt(failed, fencedMs + 2)), decide)).toEqual([
      expect.stringMatching(/ cannot have taken \d+ ms for "failed"/),
    ]);
    // A refusal has no steps.
    const refused: OperatorEvent = { ...(decided[0] as OperatorEvent), step: "refused", tookMs: 0 };
    expect(wrong([decided[0] as OperatorEvent, refused], decide)).toEqual([]);
  });
});

describe("what only a lost site held", () => {
  const failover = planned("failover", 1000);
  const rebuild = (fromMs: number, details = {}, change: Change = {}) => planned("rebuild", fromMs, change, details);
  const failed = (events: OperatorEvent[], word: string) => {
    const i = events.findIndex(({ step }) => step === word);
    const { atMs } = events[i] as OperatorEvent;
    return [
      ...events.slice(0, i + 1),
      {
        ...(events.at(-1) as OperatorEvent),
        step: "failed",
        atMs: atMs + 1,
        tookMs: atMs + 1 - (events[0] as OperatorEvent).atMs,
      } as const,
    ];
  };

  test("is saved once, by the first attempt that gets that far", () => {
    const tries = [...failover, ...failed(rebuild(3000, SAVED), "saved")];
    expect(wrong([...tries, ...rebuild(5000)])).toEqual([]);
    expect(wrong([...failover, ...failed(rebuild(3000), "fenced"), ...rebuild(5000)])).toEqual([
      expect.stringMatching(/lacks the step "saved"$/),
    ]);
  });

  test("is saved again if the site was lost again", () => {
    const back = toldPlan("switchover", "a", run.config, { fromMs: 5000, toMs: 5500 });
    const again = [...failover, ...rebuild(3000, SAVED), ...back, ...planned("failover", 6000)];
    expect(wrong([...again, ...rebuild(8000, SAVED)])).toEqual([]);
    expect(wrong([...again, ...rebuild(8000)])).toEqual([expect.stringMatching(/lacks the step "saved"$/)]);
  });

  test("is not lost again by an attempt in between that moves nothing", () => {
    const tries = [...failover, ...failed(rebuild(3000, SAVED), "saved")];
    const moved = failed(toldPlan("switchover", "b", run.config, { fromMs: 4500, toMs: 4900 }), "fenced");
    expect(wrong([...tries, ...moved, ...rebuild(5000)])).toEqual([]);
  });

  test("is another site's if the other site is lost: each site is saved separately", () => {
    const lost = toldPlan("failover", "a", run.config, { fromMs: 5000, toMs: 5500 });
    const ofB = (details = {}) => toldPlan("rebuild", "b", run.config, { fromMs: 6000, toMs: 6900 }, details);
    const before = [...failover, ...rebuild(3000, SAVED), ...lost];
    expect(wrong([...before, ...ofB(SAVED)])).toEqual([]);
    expect(wrong([...before, ...ofB()])).toEqual([
      expect.stringMatching(/^the rebuild of B .* lacks the step "saved"$/),
    ]);
  });

  test("is replayed if configured and not empty", () => {
    const nothing = { saved: { versions: 0 } };
    expect(wrong([...planned("failover", 1000, REPLAY), ...rebuild(3000, nothing, REPLAY)], REPLAY)).toEqual([]);
    expect(wrong([...planned("failover", 1000, REPLAY), ...rebuild(3000, SAVED, REPLAY)], REPLAY)).toEqual([
      expect.stringMatching(/lacks the step "replayed"$/),
    ]);
    // A later attempt that finds nothing more does not cancel what the first one saved.
    const first = [...planned("failover", 1000, REPLAY), ...failed(rebuild(3000, SAVED, REPLAY), "saved")];
    expect(wrong([...first, ...rebuild(5000, nothing, REPLAY)], REPLAY)).toEqual([
      expect.stringMatching(/^the rebuild of A at 5.* lacks the step "replayed"$/),
    ]);
  });
});

describe("roles of the sites", () => {
  test("only the primary is given up", () => {
    const toA = toldPlan("failover", "a", run.config, { fromMs: 1000, toMs: 1500 });
    expect(wrong(toA)).toEqual(["the failover to A at 1.0 s is recorded while A was the primary"]);
    expect(wrong([...planned("failover", 50), ...toA])).toEqual([]);
  });

  test("the primary is not promoted, not restarted, and does not begin to follow", () => {
    for (const plan of ["switchover", "restart", "start-replication"] as const)
      expect(wrong(toldPlan(plan, "a", run.config, { fromMs: 1000, toMs: 1500 }))).toEqual([
        `the ${plan} to A at 1.0 s is recorded while A was the primary`,
      ]);
  });

  test("only a lost site is rebuilt", () => {
    expect(wrong(planned("rebuild", 1000, {}, SAVED))).toEqual([
      "the rebuild of A at 1.0 s is recorded while A was the primary",
    ]);
  });

  test("or attempted to be rebuilt, however that ends", () => {
    const ended = (plan: PlanName, step: "failed" | "refused"): OperatorEvent[] => {
      const [first, ...rest] = toldPlan(plan, "a", run.config, { fromMs: 1000, toMs: 1500 });
      return [first as OperatorEvent, { ...(rest.at(-1) as OperatorEvent), step, tookMs: 500 }];
    };
    for (const plan of ["failover", "rebuild"] as const)
      expect(wrong(ended(plan, "failed"))).toEqual([expect.stringMatching(/ is recorded while A was the primary$/)]);
    // A refused or failed attempt has changed nothing.
    for (const plan of ["switchover", "restart"] as const) expect(wrong(ended(plan, "failed"))).toEqual([]);
  });

  test("a site that took over is the primary even if the plan then failed, or has no recorded end", () => {
    const toB = toldPlan("switchover", "b", run.config, { fromMs: 500, toMs: 900 });
    const upTo = (step: string, word: "failed" | null) => {
      const i = toB.findIndex((event) => event.step === step);
      const end = { ...(toB.at(-1) as OperatorEvent), step: "failed" as const };
      return [...toB.slice(0, i + 1), ...(word === null ? [] : [end])];
    };
    const restart = toldPlan("restart", "a", run.config, { fromMs: 1000, toMs: 1500 });
    const taken = "the restart to A at 1.0 s is recorded while A was the primary";
    expect(wrong([...upTo("latched", "failed"), ...restart])).toEqual([]);
    expect(wrong([...upTo("promoted", "failed"), ...restart])).toEqual([taken]);
    expect(wrong([...upTo("promoted", null), ...restart], {}, {})).toContain(taken);
    const failover = planned("failover", 50).slice(0, -1);
    expect(wrong([...failover, ...restart], {}, {})).toEqual([]);
    const failed: OperatorEvent = { ...(failover.at(-1) as OperatorEvent), step: "failed", tookMs: 900 };
    expect(wrong([...failover, failed, ...restart])).toEqual([taken]);
    expect(wrong(restart.slice(0, -1), {}, {})).toEqual([]);
  });

  test("under Patroni nothing routes the proxy, and the promoted site is the primary when all is done", () => {
    const toB = planned("switchover", 500, PATRONI);
    expect(toB.map(({ step }) => step)).toEqual(["promoted", "following", "done"]);
    const restart = (side: SiteName) => toldPlan("restart", side, configOf(PATRONI), { fromMs: 2000, toMs: 2500 });
    expect(wrong([...toB, ...restart("a")], PATRONI)).toEqual([]);
    expect(wrong([...toB, ...restart("b")], PATRONI)).toEqual([
      "the restart to B at 2.0 s is recorded while B was the primary",
    ]);
  });

  test("after a switchover the other site is the primary", () => {
    const toB = toldPlan("switchover", "b", run.config, { fromMs: 500, toMs: 900 });
    expect(wrong([...toB, ...toldPlan("restart", "a", run.config, { fromMs: 1000, toMs: 1500 })])).toEqual([]);
    expect(wrong([...toB, ...toldPlan("restart", "b", run.config, { fromMs: 1000, toMs: 1500 })])).toEqual([
      "the restart to B at 1.0 s is recorded while B was the primary",
    ]);
  });
});

test("every plan begins with a step that is always recorded, or does nothing before its first", () => {
  for (const plan of PLANS) {
    const [first]: readonly PlannedStep[] = PLAN_STEPS[plan];
    expect([plan, first?.ifNeeded, first?.when?.(run.config) ?? true]).toEqual([plan, undefined, true]);
  }
});

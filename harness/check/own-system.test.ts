/** What is judged of a run on one's own system, what is not examined there, and that nothing else passes for it. */
import { describe, expect, test } from "vitest";
import type { Capability } from "../model/plan/capability.ts";
import { otherSite } from "../model/plan/site.ts";
import { judge } from "./judge.ts";
import { onOwnSystem, onUnobservedSystem } from "./testing/fake-own.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, recordOf } from "./testing/fake-run.ts";
import { toldPlan } from "./testing/fake-steps.ts";

const strict = { ...PLAN.objectives, lostWrites: 0 };
const SYSTEMS = [
  ["whose primary is observed", onOwnSystem],
  ["whose primary is not observed", onUnobservedSystem],
] as const;

describe.each(SYSTEMS)("a system %s", (_, on) => {
  const judged = (changes: Partial<Plan> = {}) => judge(recordOf(on(fakeParts(changes))));
  const wordOf = (verdict: ReturnType<typeof judge>, name: string) =>
    verdict.checks.find((check) => check.name === name)?.verdict;

  test("holds if everything acknowledged is served", () => {
    const verdict = judged();
    expect(verdict.checks.filter(({ verdict: word }) => word === "broken" || word === "inconclusive")).toEqual([]);
    expect(verdict.verdict).toBe("holds");
    expect(verdict.measures.lost.count).toBe(0);
  });

  test("is broken by exactly what is lost", () => {
    const verdict = judged({ lost: [10, 60], objectives: strict });
    expect(verdict.verdict).toBe("broken");
    expect(verdict.measures.lost.ids).toHaveLength(2);
  });

  test("has an outage as long as in a lab", () => {
    const inLab = judge(recordOf(fakeParts())).measures;
    const { downtime, rto } = judged().measures;
    expect(downtime).toEqual(inLab.downtime);
    expect(rto.seconds).toBe(inLab.rto.seconds);
  });

  test("has no figure for what cannot be seen", () => {
    const verdict = judged({ lost: [10] });
    for (const name of ["divergence", "redundancy", "replication-lag", "acknowledged-when-fenced", "stranded-saved"])
      expect(wordOf(verdict, name)).toBe("not-examined");
    expect(verdict.measures.stranded).toEqual({ count: null, ids: [] });
    expect(verdict.measures.divergence.onlyOther).toBeNull();
  });

  test("an unfinished audit is no proof", () => {
    const parts = on(fakeParts());
    const cut = recordOf({ ...parts, audit: parts.audit.filter(({ type }) => type !== "rows-end") });
    expect(judge(cut).verdict).toBe("inconclusive");
    const unread = recordOf({ ...parts, audit: [] });
    expect(judge(unread).verdict).toBe("inconclusive");
  });

  test("is not a lab, whatever capabilities its record lists", () => {
    const parts = on(fakeParts());
    const claims = (capabilities: Capability[]) =>
      judge(recordOf({ ...parts, run: { ...parts.run, capabilities } })).verdict;
    expect(claims(["content", "target", "replication"])).toBe("inconclusive");
    expect(claims(["target"])).toBe("inconclusive");
  });
});

test("if the primary is observed, a record without its samples is incomplete", () => {
  const parts = onOwnSystem(fakeParts());
  const silent = recordOf({ ...parts, probes: parts.probes.filter(({ type }) => type !== "primary") });
  expect(judge(silent).verdict).toBe("inconclusive");
});

test("it may begin with B as its primary, which is no failover", () => {
  const parts = onOwnSystem(fakeParts({ operator: null }));
  const turned = parts.probes.map((probe) =>
    probe.type === "primary" ? { ...probe, side: otherSite(probe.side) } : probe,
  );
  const ordered = toldPlan(
    "switchover",
    "a",
    parts.run.config,
    { fromMs: 3000, toMs: 3100 },
    { promoted: { timeline: 2 } },
  );
  const run = { ...parts, events: [...parts.events, ...ordered].toSorted((x, y) => x.atMs - y.atMs) };
  const whyOf = (probes: typeof parts.probes) =>
    judge(recordOf({ ...run, probes })).checks.find(({ name }) => name === "worth-judging")?.evidence ?? [];
  const already = expect.stringContaining("is recorded while A was the primary");
  expect(whyOf(parts.probes)).toContainEqual(already);
  expect(whyOf(turned)).not.toContainEqual(already);
});

test("the split of the RTO follows the observed change of primary", () => {
  const { rto } = judge(recordOf(onOwnSystem(fakeParts()))).measures;
  expect(rto.detect).not.toBeNull();
  expect(judge(recordOf(onUnobservedSystem(fakeParts()))).measures.rto.detect).toBeNull();
});

/** Patroni's history tells of takeovers that neither samples nor the observer show, and denies those that never were. */
import { describe, expect, test } from "vitest";
import type { PrimaryProbe, ProbeLine, TimelineEnd } from "../model/record/probe.ts";
import { gatherFacts } from "./facts.ts";
import { wrongTakeovers } from "./observed.ts";
import { onOwnSystem } from "./testing/fake-own.ts";
import { LEFT_FOR_B, underPatroni } from "./testing/fake-patroni.ts";
import type { Plan } from "./testing/fake-plan.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";
import { wrongTimelines } from "./timeline-history.ts";
import { worthJudging } from "./worth-judging.ts";

/** So long that what Patroni has not written by the end was never written. */
const LONG = { afterSeconds: 60 };
const CALM: Partial<Plan> = { ...LONG, operator: null, outage: null };

function recorded(plan: Partial<Plan>, edit: (parts: Parts) => Partial<Parts> = () => ({})) {
  const parts = underPatroni(fakeParts(plan));
  return recordOf({ ...parts, ...edit(parts) });
}

const sampled = (change: (sample: PrimaryProbe) => PrimaryProbe) => (parts: Parts) => ({
  probes: parts.probes.map((probe): ProbeLine => (probe.type === "primary" ? change(probe) : probe)),
});
/** In each history that was read at the end. */
const historyAtEnd = (history: TimelineEnd[]) => (parts: Parts) => {
  const last = parts.probes.findLast((probe) => probe.type === "primary")?.doneMs;
  return sampled((sample) => (sample.history && sample.doneMs === last ? { ...sample, history } : sample))(parts);
};
const without = sampled(({ history: _, ...sample }) => sample);

const reasonsOf = (record: ReturnType<typeof recorded>) => {
  const { evidence } = worthJudging.check(record, gatherFacts(record));
  return Array.isArray(evidence) ? evidence.filter((each) => String(each).includes("history")) : [];
};

test.each([
  ["a takeover", LONG],
  ["none", CALM],
])("a history with %s agrees with what was reported", (_, plan) => {
  const record = recorded(plan);
  expect(record.probes.some((probe) => probe.type === "primary" && probe.history)).toBe(true);
  expect([wrongTakeovers(record), wrongTimelines(record)]).toEqual([[], []]);
});

describe("inconclusive is", () => {
  const [UNREPORTED, NEVER_WAS] = [
    "Patroni's history has timeline 2 under B, and the observer reported no takeover on it",
    "the observer reported a takeover by B on timeline 2, and Patroni's history has no such timeline",
  ];

  test("a timeline on which no takeover was reported, although no sample shows it", () => {
    const record = recorded(CALM, historyAtEnd([LEFT_FOR_B]));
    expect(wrongTakeovers(record)).toEqual([]);
    expect(reasonsOf(record)).toEqual([UNREPORTED]);
  });

  test("a takeover that was reported and sampled, and of which the history has nothing", () => {
    const record = recorded(LONG, historyAtEnd([]));
    expect(wrongTakeovers(record)).toEqual([]);
    expect(reasonsOf(record)).toEqual([NEVER_WAS]);
  });

  test("a takeover by a member that is of neither site", () => {
    const byAnother = { ...LEFT_FOR_B, leader: "pg-c", side: null };
    const record = recorded(CALM, historyAtEnd([byAnother]));
    expect(wrongTimelines(record)).toEqual([UNREPORTED.replace("under B", "under pg-c")]);
  });

  test("one of several that nobody reported", () => {
    const back = { ...LEFT_FOR_B, timeline: 2, leader: "pg-a", side: "a" } as const;
    const record = recorded(LONG, historyAtEnd([LEFT_FOR_B, back]));
    expect(wrongTimelines(record)).toEqual([
      "Patroni's history has timeline 3 under A, and the observer reported no takeover on it",
    ]);
  });

  test("another site than the one that was reported", () => {
    const record = recorded(LONG, historyAtEnd([{ ...LEFT_FOR_B, leader: "pg-a", side: "a" }]));
    expect(wrongTimelines(record)).toEqual([
      "the observer reported a takeover by B on timeline 2, and Patroni's history has that timeline under A",
    ]);
  });

  test("one's own system, where Patroni is asked there", () => {
    const parts = onOwnSystem(fakeParts(CALM));
    expect(wrongTimelines(recordOf({ ...parts, ...historyAtEnd([LEFT_FOR_B])(parts) }))).toEqual([UNREPORTED]);
  });
});

describe("nothing is wrong with", () => {
  test("a record without a history", () => {
    for (const plan of [LONG, CALM]) expect(wrongTimelines(recorded(plan, without))).toEqual([]);
    const unanswered = sampled((sample) => (sample.history ? { ...sample, history: null } : sample));
    expect(wrongTimelines(recorded(LONG, unanswered))).toEqual([]);
    expect(wrongTimelines(recordOf(fakeParts()))).toEqual([]);
  });

  test("what was before the baseline", () => {
    const old = (timeline: number) => ({ ...LEFT_FOR_B, timeline });
    const later = (parts: Parts) =>
      sampled(({ server, history, ...sample }) => ({
        ...{ ...sample, server: server && { ...server, timeline: (server.timeline ?? 0) + 6 } },
        ...(history && { history: [old(4), old(5), old(6), ...history.map(() => old(7))] }),
      }))(parts);
    const reportedLater = (parts: Parts) => ({
      ...later(parts),
      events: parts.events.map((event) =>
        event.type === "operator" && event.step === "promoted" ? { ...event, detail: { timeline: 8 } } : event,
      ),
    });
    expect(wrongTimelines(recorded(CALM, later))).toEqual([]);
    expect(wrongTimelines(recorded(LONG, reportedLater))).toEqual([]);
  });

  test("a planned switchover", () => {
    const planned = recorded(LONG, ({ events }) => ({
      events: events.map((event) =>
        event.type === "operator" && event.step === "promoted"
          ? { ...event, plan: "switchover", detail: { said: "Successfully switched over", timeline: 2 } }
          : event,
      ),
    }));
    expect(wrongTimelines(planned)).toEqual([]);
  });

  test("a site that was promoted once more, by the history or by the samples", () => {
    const again = (side: "a" | null) => historyAtEnd([{ ...LEFT_FOR_B, leader: side && "pg-a", side }]);
    expect(wrongTimelines(recorded(CALM, again("a")))).toEqual([]);
    const seen = (parts: Parts) => {
      const onNext = sampled((sample) =>
        sample.doneMs < 4000 ? sample : { ...sample, server: sample.server && { ...sample.server, timeline: 2 } },
      );
      return onNext({ ...parts, ...again(null)(parts) });
    };
    expect(wrongTimelines(recorded(CALM, seen))).toEqual([]);
  });

  test("a number that was left out", () => {
    const skipped = (parts: Parts) => ({
      ...sampled(({ server, ...sample }) => ({
        ...sample,
        server: server && { ...server, timeline: server.timeline === 2 ? 3 : 1 },
      }))(parts),
      events: parts.events.map((event) =>
        event.type === "operator" && event.step === "promoted" ? { ...event, detail: { timeline: 3 } } : event,
      ),
    });
    expect(wrongTimelines(recorded(LONG, skipped))).toEqual([]);
  });

  test("a takeover that would be written in rounds that are as long as the drill", () => {
    const slow = (parts: Parts) => {
      const { config } = parts.run;
      const patroni = config.patroni && { ...config.patroni, loopWaitSeconds: 30 };
      return { ...historyAtEnd([])(parts), run: { ...parts.run, config: { ...config, patroni } } };
    };
    expect(wrongTimelines(recorded(LONG, slow))).toEqual([]);
  });

  test("a takeover that nobody had the time to write", () => {
    expect(wrongTimelines(recorded({}, historyAtEnd([])))).toEqual([]);
  });

  test("one that could not be written or read: the store was away meanwhile", () => {
    const away = (parts: Parts) => {
      const end = parts.probes.findLast((probe) => probe.type === "primary")?.doneMs ?? 0;
      const isAway = ({ doneMs }: PrimaryProbe) => doneMs > end - 20_000 && doneMs < end - 10_000;
      const cut = sampled((sample) => (isAway(sample) ? { ...sample, lock: null } : sample));
      return cut({ ...parts, ...historyAtEnd([])(parts) });
    };
    expect(wrongTimelines(recorded(LONG, away))).toEqual([]);
  });
});

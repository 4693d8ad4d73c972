/**
 * Compares Patroni's history of timelines with the takeovers that the observer reported. The history is kept in the lock
 * store, so it has what no sample shows. Pure.
 */
import { tellsItsPrimary } from "../model/plan/config.ts";
import { firstPrimary, takeoversIn } from "../model/record/primary.ts";
import type { PrimaryProbe, TimelineEnd } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import { reportedTakeovers } from "./observed.ts";

/** The primary writes the history in its next round (`loop_wait`); on a busy machine a round takes longer. */
const ROUNDS_TO_WRITE = 3;
const DEFAULT_LOOP_WAIT_SECONDS = 10;

/** A timeline by the history, and the member that began it with its site; `null` where the history does not say that. */
type Began = Pick<TimelineEnd, "timeline" | "leader" | "side">;

/** What does not agree, one sentence each. Empty if no history was read. */
export function wrongTimelines({ run, events, probes }: RunRecord): string[] {
  if (!tellsItsPrimary(run.config)) return [];
  const samples = probes.filter((probe) => probe.type === "primary");
  const first = samples.find(({ server }) => server?.role === "primary" && server.timeline !== null);
  const ended = endedSince(first?.server?.timeline ?? Number.POSITIVE_INFINITY, samples);
  const reported = reportedTakeovers(events);
  const began = beganAfter(ended, [...reported, ...takeoversIn(samples)]);
  const again = promotedAgain(began, samples);
  const writtenWithinMs = ROUNDS_TO_WRITE * (run.config.patroni?.loopWaitSeconds ?? DEFAULT_LOOP_WAIT_SECONDS) * 1000;
  return [
    ...began.flatMap(({ timeline, leader, side }) => {
      const name = side?.toUpperCase() ?? leader;
      const named = name === null ? "" : ` under ${name}`;
      const told = reported.filter((each) => each.timeline === timeline);
      if (told.length === 0)
        return again.has(timeline)
          ? []
          : [`Patroni's history has timeline ${timeline}${named}, and the observer reported no takeover on it`];
      return side === null || told.some((each) => each.side === side)
        ? []
        : [`the observer reported ${takeover(told[0] as Reported)}, and Patroni's history has that timeline${named}`];
    }),
    ...reported
      .filter(
        ({ timeline, atMs }) =>
          !began.some((each) => each.timeline === timeline) && isDueIn(samples, atMs, writtenWithinMs),
      )
      .map((each) => `the observer reported ${takeover(each)}, and Patroni's history has no such timeline`),
  ];
}

type Reported = ReturnType<typeof reportedTakeovers>[number];
const takeover = ({ side, timeline }: Reported) => `a takeover by ${side.toUpperCase()} on timeline ${timeline}`;

/** The ends that any sample's history has, oldest first, from that of the timeline of the first primary on. */
function endedSince(timeline: number, samples: readonly PrimaryProbe[]): TimelineEnd[] {
  const found = new Map<number, TimelineEnd>();
  // The leader is known once it has written its own entry.
  for (const end of samples.flatMap(({ history }) => history ?? []))
    if (end.timeline >= timeline && (end.leader !== null || !found.has(end.timeline))) found.set(end.timeline, end);
  return [...found.values()].toSorted((x, y) => x.timeline - y.timeline);
}

/**
 * The timeline that followed each end. Numbers can be left out, so the one after the last end is the next that anybody saw.
 */
function beganAfter(ended: readonly TimelineEnd[], seen: readonly { timeline: number }[]): Began[] {
  const known = seen.map(({ timeline }) => timeline).toSorted((x, y) => x - y);
  return ended.map(({ timeline: last, leader, side }, i) => {
    const timeline = ended[i + 1]?.timeline ?? known.find((each) => each > last) ?? last + 1;
    return { timeline, leader, side };
  });
}

/** The timelines on which a site followed itself: that is no takeover. */
function promotedAgain(began: readonly Began[], samples: readonly PrimaryProbe[]): ReadonlySet<number> {
  const bySamples = takeoversIn(samples).filter(({ from, to }) => from === to);
  const byHistory = began.filter(({ side }, i) => {
    const before = i === 0 ? firstPrimary(samples) : (began[i - 1] as Began).side;
    return side !== null && side === before;
  });
  return new Set([...bySamples, ...byHistory].map(({ timeline }) => timeline));
}

/**
 * Whether a history was read so long after a takeover that it has to be there. Nobody writes to a store that is away, and a
 * member that cannot read it answers with what it knew: so that site must have seen one holder of the lock all that time.
 */
function isDueIn(samples: readonly PrimaryProbe[], sinceMs: number, writtenWithinMs: number): boolean {
  return samples.some(({ side, sentMs: readMs, history, lock: last }) => {
    if (!history || !last?.holder || readMs - writtenWithinMs < sinceMs) return false;
    const fromMs = readMs - writtenWithinMs;
    return samples
      .filter((each) => each.side === side && each.sentMs >= fromMs && each.sentMs <= readMs)
      .every(({ lock }) => lock?.holder === last.holder);
  });
}

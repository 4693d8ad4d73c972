/**
 * The drill's clock: milliseconds since the run began, monotonic. Everything in a record is stamped with it, except
 * k6's own lines, which are mapped to it (`ClockMap`).
 */
export type Clock = () => number;

export function startClock(now: () => number = () => performance.now()): Clock {
  const origin = now();
  return () => Math.round((now() - origin) * 1000) / 1000;
}

/** How the wall clock of the containers maps to the drill's clock: `at = epochMs - offsetMs`, to within `errorMs`. */
export interface ClockMap {
  offsetMs: number;
  /** Half the round trip of the best sample, plus the whole drift seen between first and last sample. */
  errorMs: number;
  samples: number;
}

export interface ClockSample {
  /** The drill's clock before the request and after the answer. */
  askedMs: number;
  answeredMs: number;
  /** The containers' clock in between, milliseconds since the epoch. */
  epochMs: number;
}

/**
 * One mapping for all: the first one's, with the largest error and the fewest samples. `null` when one of them is
 * unknown.
 */
export function clockOfAll(maps: readonly (ClockMap | null)[]): ClockMap | null {
  const known = maps.filter((map) => map !== null);
  const [first] = known;
  if (first === undefined || known.length < maps.length) return null;
  const errorMs = Math.max(...known.map((map) => map.errorMs));
  return { ...first, errorMs, samples: Math.min(...known.map((map) => map.samples)) };
}

/** The mapping from the sample with the shortest round trip, as NTP does; the others bound its error. */
export function mapClock(samples: readonly ClockSample[]): ClockMap | null {
  const bounds = samples.map((s) => ({ low: s.epochMs - s.answeredMs, high: s.epochMs - s.askedMs }));
  const best = bounds.toSorted((x, y) => x.high - x.low - (y.high - y.low))[0];
  if (best === undefined) return null;
  const offsetMs = (best.low + best.high) / 2;
  // A sample whose interval does not contain the offset proves that the clock drifted or was stepped by at least the
  // difference.
  const drift = Math.max(0, ...bounds.map((b) => Math.max(b.low - offsetMs, offsetMs - b.high)));
  return { offsetMs, errorMs: (best.high - best.low) / 2 + drift, samples: samples.length };
}

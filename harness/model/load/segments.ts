/**
 * How runners share a load: by k6's execution segments. k6 needs the whole sequence of segments to assign iterations;
 * without it, numbers would be used twice.
 *
 * This file runs in k6 and in Node: it imports nothing.
 */
export interface Segment {
  /** Such as `1/3:2/3`. */
  segment: string;
  /** The segments of all runners, such as `0,1/3,2/3,1`. */
  sequence: string;
}

/** The segment of the runner with that index, from 0; `null` for a single runner. */
export function segmentOf(index: number, of: number): Segment | null {
  if (of === 1) return null;
  const cut = (i: number) => (i === 0 || i === of ? String(i / of) : `${i}/${of}`);
  const sequence = Array.from({ length: of + 1 }, (_, i) => cut(i)).join(",");
  return { segment: `${cut(index)}:${cut(index + 1)}`, sequence };
}

/**
 * The runner's index from its segment, which k6 reports in lowest terms: the second of four is `1/4:1/2`. Throws
 * otherwise.
 */
export function indexOfSegment(segment: string | null | undefined, of: number): number {
  if (of === 1) return 0;
  const [, numerator = "", denominator = "1"] = /^(\d+)(?:\/(\d+))?:/.exec(segment ?? "") ?? [];
  const index = (Number(numerator) * of) / Number(denominator);
  if (numerator === "" || !Number.isInteger(index) || index >= of)
    throw new Error(`${segment} is no segment of ${of} runners`);
  return index;
}

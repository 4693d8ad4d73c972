/**
 * How runners share a load: by segments of it, which k6 knows as execution segments. Only by the whole sequence does k6 know
 * which iterations are whose; without it, numbers would come twice.
 *
 * This file runs in k6 and in Node: it imports nothing.
 */
export interface Segment {
  /** Such as `1/3:2/3`. */
  segment: string;
  /** Of all runners, such as `0,1/3,2/3,1`. */
  sequence: string;
}

/** Of the runner with that index, from 0; `null` where one has it all. */
export function segmentOf(index: number, of: number): Segment | null {
  if (of === 1) return null;
  const cut = (i: number) => (i === 0 || i === of ? String(i / of) : `${i}/${of}`);
  const sequence = Array.from({ length: of + 1 }, (_, i) => cut(i)).join(",");
  return { segment: `${cut(index)}:${cut(index + 1)}`, sequence };
}

/** Whose segment that is. k6 gives it in lowest terms: the second of four is `1/4:1/2` there. Throws for any other text. */
export function indexOfSegment(segment: string | null | undefined, of: number): number {
  if (of === 1) return 0;
  const [, numerator = "", denominator = "1"] = /^(\d+)(?:\/(\d+))?:/.exec(segment ?? "") ?? [];
  const index = (Number(numerator) * of) / Number(denominator);
  if (numerator === "" || !Number.isInteger(index) || index >= of)
    throw new Error(`${segment} is no segment of ${of} runners`);
  return index;
}

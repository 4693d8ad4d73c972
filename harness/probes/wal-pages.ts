/**
 * A segment of PostgreSQL's write-ahead log (WAL) without its page headers, which interrupt records. Pure.
 *
 * Each page has its own address. A recycled segment still contains pages of an earlier one, with the old addresses: the
 * log ends at the first of them. (`xlog_internal.h`; little-endian, as on x86 and ARM.)
 */
import type { WalFile } from "../system/wal.ts";

export interface Stretch {
  timeline: string;
  /** The address of its first byte, and of the first byte after the segment if that is full. */
  from: bigint;
  to: bigint | null;
  content: Buffer;
}

/** The timeline, then the upper and lower half of the segment's number. A last segment is archived as `.partial`. */
const NAME = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(\.partial)?$/;

const HEADER_BYTES = 24;
/** The first page of a segment says how long segments and pages are. */
const LONG_HEADER_BYTES = 40;
const LONG_HEADER = 0x0002;
const LEAST_PAGE_BYTES = 1024;

/** `null` for a file that is no segment or not in use. */
export function stretchOf({ name, content }: WalFile): Stretch | null {
  const [, timeline, high, low] = NAME.exec(name) ?? [];
  if (timeline === undefined || content.length < LONG_HEADER_BYTES) return null;
  const [segmentBytes, pageBytes] = [content.readUInt32LE(32), content.readUInt32LE(36)];
  if (pageBytes < LEAST_PAGE_BYTES) return null;
  const from = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`) * BigInt(segmentBytes);
  const pages: Buffer[] = [];
  let at = 0;
  for (; at + pageBytes <= content.length; at += pageBytes) {
    if (content.readBigUInt64LE(at + 8) !== from + BigInt(at)) break;
    const isLong = (content.readUInt16LE(at + 2) & LONG_HEADER) !== 0;
    pages.push(content.subarray(at + (isLong ? LONG_HEADER_BYTES : HEADER_BYTES), at + pageBytes));
  }
  if (at === 0) return null;
  return { timeline, from, to: at === segmentBytes ? from + BigInt(at) : null, content: Buffer.concat(pages) };
}

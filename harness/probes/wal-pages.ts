/**
 * A segment of PostgreSQL's write-ahead log without the headers of its pages, which stand in the middle of records. Pure.
 *
 * Each page names its own address. A segment that was recycled for later use still has the pages of an earlier one, with
 * their addresses: there the log has ended. (`xlog_internal.h`; numbers in the byte order of x86 and ARM.)
 */
import type { WalFile } from "../system/wal.ts";

export interface Stretch {
  timeline: string;
  /** Address of its first byte, and of the first one after the segment if that is full. */
  from: bigint;
  to: bigint | null;
  content: Buffer;
}

/** Timeline, and the upper and lower half of the segment's number. A last segment is archived as `.partial`. */
const NAME = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(\.partial)?$/;

const HEADER_BYTES = 24;
/** The first page of a segment says how long segments and pages are. */
const LONG_HEADER_BYTES = 40;
const LONG_HEADER = 0x0002;
const LEAST_PAGE_BYTES = 1024;

/** `null` for what is no segment, and for one that is not in use. */
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

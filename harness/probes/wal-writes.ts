/**
 * Finds the writes of a run in a site's write-ahead log (WAL). A version of a resource is stored with its write's id as
 * a short text: a length byte, then the id verbatim. It appears in the WAL the same way, in the row's record or in a
 * full-page image, which PostgreSQL does not compress by default. The length byte keeps an id from being taken for a
 * longer one when a digit happens to follow.
 *
 * A write in the WAL need not be committed; an acknowledged one is.
 */

import { writeIdPrefix, writeNumber } from "../model/load/write.ts";
import type { SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { Clock } from "../model/record/clock.ts";
import type { WalLine, WalPlace } from "../model/record/wal.ts";
import type { WalFile, WalFiles } from "../system/wal.ts";
import { type Stretch, stretchOf } from "./wal-pages.ts";

/** Longer than any id with its length byte, which two segments may share. */
const EDGE_BYTES = 32;
/** The WAL is kept while a follower is down, so it grows with the load: 1 GiB is enough for an hour or more. */
const MOST_BYTES = 2 ** 30;
const WITHIN_MS = 30_000;

/** Never rejects: a failure to read is recorded. */
export async function readWal(
  files: WalFiles,
  side: SiteName,
  of: WalPlace,
  seed: number,
  now: Clock,
): Promise<WalLine> {
  const atMs = now();
  const reading = () => ({ side, of, atMs, tookMs: now() - atMs });
  try {
    const found = await writesIn(files.read(side, of, AbortSignal.timeout(WITHIN_MS)), seed);
    return { type: "wal", ...reading(), ...found };
  } catch (error) {
    return { type: "unreadable", ...reading(), why: reasonOf(error) };
  }
}

/** `segments`: the number in use. Throws when the log has more than `mostBytes`. */
export async function writesIn(
  files: AsyncIterable<WalFile>,
  seed: number,
  mostBytes = MOST_BYTES,
): Promise<{ segments: number; bytes: number; writes: string[] }> {
  const prefix = writeIdPrefix(seed);
  const writes = new Set<string>();
  const search = (content: Buffer) => {
    for (let at = content.indexOf(prefix, 1); at >= 0; at = content.indexOf(prefix, at + 1)) {
      const id = shortText(content, at);
      if (id !== null && writeNumber(seed, id) !== null) writes.add(id);
    }
  };
  const edges: (Omit<Stretch, "content"> & { head: Buffer; tail: Buffer })[] = [];
  let bytes = 0;
  for await (const file of files) {
    bytes += file.content.length;
    if (bytes > mostBytes) throw new Error(`the log is longer than ${mostBytes} bytes`);
    const stretch = stretchOf(file);
    if (stretch === null) continue;
    const { content, ...place } = stretch;
    search(content);
    // Copied, so that the segment itself can be freed.
    const [head, tail] = [content.subarray(0, EDGE_BYTES), content.subarray(-EDGE_BYTES)].map((edge) =>
      Buffer.from(edge),
    );
    edges.push({ ...place, head: head as Buffer, tail: tail as Buffer });
  }
  for (const { timeline, to, tail } of edges) {
    const next = edges.find((edge) => edge.timeline === timeline && edge.from === to);
    if (next !== undefined) search(Buffer.concat([tail, next.head]));
  }
  return { segments: edges.length, bytes, writes: [...writes] };
}

/**
 * The short text that begins at `at`; `null` for none. The byte before it is 2 × (length + 1) + 1: a one-byte varlena
 * header.
 */
function shortText(content: Buffer, at: number): string | null {
  const header = content[at - 1] as number;
  const end = at + (header >> 1) - 1;
  return header % 2 === 1 && end <= content.length ? content.toString("latin1", at, end) : null;
}

/**
 * Which writes of a run a site's write-ahead log names. A version of a resource is stored with the id of its write as a
 * short text: one byte with its length, then the id as it is. That is how it stands in the log too, in the record of the row
 * or in the image of its page, which PostgreSQL does not compress by default. The length keeps an id from being taken for a
 * longer one where a digit happens to follow.
 *
 * That the log names a write does not say that it was committed. One that was acknowledged was.
 */

import { writeIdPrefix, writeNumber } from "../model/load/write.ts";
import type { SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { Clock } from "../model/record/clock.ts";
import type { WalLine, WalPlace } from "../model/record/wal.ts";
import type { WalFile, WalFiles } from "../system/wal.ts";
import { type Stretch, stretchOf } from "./wal-pages.ts";

/** Longer than any id with its length: what two segments share of one. */
const EDGE_BYTES = 32;
/** A log is kept for a follower as long as that is away, so it grows with the load: 1 GiB is that of an hour or more. */
const MOST_BYTES = 2 ** 30;
const WITHIN_MS = 30_000;

/** Never rejects: that it cannot be read is recorded, too. */
export async function readWal(
  files: WalFiles,
  side: SiteName,
  of: WalPlace,
  seed: number,
  now: Clock,
): Promise<WalLine> {
  const atMs = now();
  const told = () => ({ side, of, atMs, tookMs: now() - atMs });
  try {
    const found = await writesIn(files.read(side, of, AbortSignal.timeout(WITHIN_MS)), seed);
    return { type: "wal", ...told(), ...found };
  } catch (error) {
    return { type: "unreadable", ...told(), why: reasonOf(error) };
  }
}

/** `segments`: those in use. Throws when there are more bytes than anybody should wait for. */
export async function writesIn(
  files: AsyncIterable<WalFile>,
  seed: number,
  mostBytes = MOST_BYTES,
): Promise<{ segments: number; bytes: number; writes: string[] }> {
  const prefix = writeIdPrefix(seed);
  const writes = new Set<string>();
  const look = (content: Buffer) => {
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
    look(content);
    // Copied, so that the segment itself can go.
    const [head, tail] = [content.subarray(0, EDGE_BYTES), content.subarray(-EDGE_BYTES)].map((edge) =>
      Buffer.from(edge),
    );
    edges.push({ ...place, head: head as Buffer, tail: tail as Buffer });
  }
  for (const { timeline, to, tail } of edges) {
    const next = edges.find((edge) => edge.timeline === timeline && edge.from === to);
    if (next !== undefined) look(Buffer.concat([tail, next.head]));
  }
  return { segments: edges.length, bytes, writes: [...writes] };
}

/** The text that begins there, by the byte before it, which is twice its length, with itself, and one; `null` for none. */
function shortText(content: Buffer, at: number): string | null {
  const header = content[at - 1] as number;
  const end = at + (header >> 1) - 1;
  return header % 2 === 1 && end <= content.length ? content.toString("latin1", at, end) : null;
}

/** The files of a site's write-ahead log (WAL), read without its database. */
import type { SiteName } from "../model/plan/site.ts";
import type { WalPlace } from "../model/record/wal.ts";

export interface WalFile {
  name: string;
  content: Buffer;
}

export interface WalFiles {
  /** Where a site keeps such files. */
  places: readonly WalPlace[];
  /**
   * All files of a site's log, in no particular order, whether or not its database runs; throws when one cannot be read,
   * and when the signal aborts it.
   */
  read: (side: SiteName, of: WalPlace, signal: AbortSignal) => AsyncIterable<WalFile>;
}

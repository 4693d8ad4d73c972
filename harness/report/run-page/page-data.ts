/** The data of the page's script, as JSON in the page. Times are milliseconds on the drill's clock. */

export interface Span {
  fromMs: number;
  toMs: number;
}

/**
 * All writes and samples of a run in bins of equal width. Acknowledged writes are placed at their acknowledgement, failed and
 * unknown ones at their sending. `null` is not known and drawn as a gap.
 */
export interface Columns {
  acknowledged: number[];
  /** Of these, those by each site. */
  byA: number[];
  byB: number[];
  failed: number[];
  unknown: number[];
  /** The full length of the longest time without an acknowledgement that touches the bin; `null` without a load. */
  silentMs: (number | null)[];
  /** From sending to acknowledgement, for the writes acknowledged in the bin. */
  medianMs: (number | null)[];
  slowestMs: (number | null)[];
  /** The maximum in the bin, or `null` if part of the bin is not known. */
  heartbeatMs: (number | null)[];
  lsnBytes: (number | null)[];
}

/** From the first write or event to the last. */
export interface Timeline extends Span {
  binMs: number;
  columns: Columns;
  /** When nobody could write, as the judge measured it; close ones are merged if there are too many to draw. */
  down: Span[];
  /** From here until the load ended, there was no acknowledgement: that silence is a lower bound. */
  openFromMs: number | null;
  disasterMs: number | null;
  /** Instants around which a table must be exact: faults, operations, steps, and the bounds of outages. */
  acts: number[];
  lanes: Lane[];
}

/** One row of bars and ticks. */
export interface Lane {
  kind: "phases" | "down" | "fault" | "plan" | "order";
  name: string;
  /** The exact description: bars and ticks only show its place. */
  text: string;
  bars: (Span & { name: string; certain: boolean })[];
  ticksMs: number[];
}

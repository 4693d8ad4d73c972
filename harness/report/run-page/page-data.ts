/** What the page's script is given besides the page itself, as JSON. Times are milliseconds of the drill's clock. */

export interface Span {
  fromMs: number;
  toMs: number;
}

/**
 * All writes and looks of a run in bins of equal width. Acknowledged writes stand where they were acknowledged, failed and
 * unknown ones where they were sent. `null` is not known, and drawn as a gap.
 */
export interface Columns {
  acknowledged: number[];
  /** Of these, by which side. */
  byA: number[];
  byB: number[];
  failed: number[];
  unknown: number[];
  /** The longest time without an acknowledgement that touches the bin, in its whole length; `null` without a load. */
  silentMs: (number | null)[];
  /** From sending to acknowledgement, of the writes acknowledged in the bin. */
  medianMs: (number | null)[];
  slowestMs: (number | null)[];
  /** The most that was true in the bin, or `null` where some of it is not known. */
  heartbeatMs: (number | null)[];
  lsnBytes: (number | null)[];
}

/** From the first write or event to the last. */
export interface Timeline extends Span {
  binMs: number;
  columns: Columns;
  /** When nobody could write, as the judge measured it; of more than can be drawn, close ones as one. */
  down: Span[];
  /** From here on no acknowledgement came until the load ended: that silence is longer than could be seen. */
  openFromMs: number | null;
  disasterMs: number | null;
  /** Instants around which a table must be exact: of faults, orders and steps, and the ends of outages. */
  acts: number[];
  lanes: Lane[];
}

/** One row of bars and ticks. */
export interface Lane {
  kind: "phases" | "down" | "fault" | "plan" | "order";
  name: string;
  /** All there is to say of it, exact: bars and ticks only show where it stands. */
  text: string;
  bars: (Span & { name: string; certain: boolean })[];
  ticksMs: number[];
}

/** What each chart shows: shared by the page, the drawing code and the tables. */
import type { Summary } from "./view.ts";

type Figure = Exclude<keyof Summary, "from" | "to">;

/**
 * `range` is drawn from `low` to `figure`. `range`, `area`, `line` and `dashes` connect the pieces. `bars` are filled and
 * `frames` are not, so that they differ without colour. `row`: a filled cell where the figure is above 0.
 */
export interface Series {
  label: string;
  form: "range" | "line" | "dashes" | "area" | "bars" | "frames" | "row";
  figure: Figure;
  /** The lower end of a range. */
  low?: Figure;
  /** A custom property of the page's style. */
  colour: string;
}

export interface Picture {
  name: string;
  title: string;
  says: string;
  unit: "count" | "ms" | "bytes" | "site";
  scale: "linear" | "logarithmic";
  height: number;
  series: Series[];
  /** The columns of the table behind it, and its text for `null`. */
  columns: [head: string, figure: Figure][];
  missing?: string;
}

export const PICTURES: Picture[] = [
  {
    name: "acknowledged",
    title: "Acknowledged writes",
    says: "per bin, at their acknowledgement; if one point stands for several bins, from the fewest to the most",
    ...{ unit: "count", scale: "linear", height: 130 },
    series: [
      { label: "fewest to most in a bin", form: "range", figure: "most", low: "least", colour: "--acknowledged" },
    ],
    columns: [
      ["acknowledged", "acknowledged"],
      ["fewest in a bin", "least"],
      ["most in a bin", "most"],
    ],
  },
  {
    name: "not-acknowledged",
    title: "Failed and unknown writes",
    says: "per bin, at their sending; failed ones certainly did not happen, unknown ones may have",
    ...{ unit: "count", scale: "linear", height: 80 },
    series: [
      { label: "unknown", form: "frames", figure: "mostUnknown", colour: "--unknown" },
      { label: "failed", form: "bars", figure: "mostFailed", colour: "--failed" },
    ],
    columns: [
      ["failed", "failed"],
      ["unknown", "unknown"],
    ],
  },
  {
    name: "silence",
    title: "Longest time without an acknowledgement",
    says: "the longest that touches the bin, in full length",
    ...{ unit: "ms", scale: "logarithmic", height: 100 },
    series: [{ label: "longest silence", form: "area", figure: "silentMs", colour: "--silence" }],
    columns: [["longest silence, ms", "silentMs"]],
    missing: "no load",
  },
  {
    name: "latency",
    title: "Latency of acknowledged writes",
    says: "from sending to acknowledgement, per bin; a gap if nothing was acknowledged at all, or for a second",
    ...{ unit: "ms", scale: "logarithmic", height: 110 },
    series: [
      { label: "slowest", form: "dashes", figure: "slowestMs", colour: "--slowest" },
      { label: "median", form: "line", figure: "medianMs", colour: "--median" },
    ],
    columns: [
      ["median, ms", "medianMs"],
      ["slowest, ms", "slowestMs"],
    ],
    missing: "gap",
  },
  {
    name: "served-by",
    title: "Acknowledging site",
    says: "the site that answered, as reported by the proxy",
    ...{ unit: "site", scale: "linear", height: 56 },
    series: [
      { label: "A", form: "row", figure: "byA", colour: "--side-a" },
      { label: "B", form: "row", figure: "byB", colour: "--side-b" },
    ],
    columns: [
      ["by A", "byA"],
      ["by B", "byB"],
    ],
  },
  {
    name: "heartbeat",
    title: "Replication lag: age of the newest heartbeat",
    says: "on the follower; a gap where it is not known or there was no follower",
    ...{ unit: "ms", scale: "linear", height: 80 },
    series: [{ label: "age", form: "area", figure: "heartbeatMs", colour: "--lag" }],
    columns: [["heartbeat's age, ms", "heartbeatMs"]],
    missing: "not known",
  },
  {
    name: "lsn",
    title: "Replication lag: WAL not yet confirmed",
    says: "by the follower, in bytes; a gap where it is not known or there was no follower",
    ...{ unit: "bytes", scale: "linear", height: 80 },
    series: [{ label: "distance", form: "area", figure: "lsnBytes", colour: "--lag" }],
    columns: [["WAL not confirmed, bytes", "lsnBytes"]],
    missing: "not known",
  },
];

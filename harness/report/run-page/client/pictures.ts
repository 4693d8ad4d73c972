/** What each picture shows, in one place for those who make the page, those who draw on it and those who write the tables. */
import type { Summary } from "./view.ts";

type Figure = Exclude<keyof Summary, "from" | "to">;

/**
 * `range`: from the one figure up to the other. It, `area`, `line` and `dashes` go from piece to piece; `bars` are filled and
 * `frames` are not, so that they are told apart without colour. `row`: a filled cell where the figure is above 0.
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
  unit: "count" | "ms" | "bytes" | "side";
  scale: "linear" | "logarithmic";
  height: number;
  series: Series[];
  /** Of the table behind it, and what it says where a figure is `null`. */
  columns: [head: string, figure: Figure][];
  missing?: string;
}

export const PICTURES: Picture[] = [
  {
    name: "acknowledged",
    title: "Acknowledged writes",
    says: "per bin, where they were acknowledged; where one point stands for several bins, from the fewest of them to the most",
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
    says: "per bin, where they were sent; failed ones certainly did not happen, unknown ones may have",
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
    says: "of all that touch the bin, each in its whole length",
    ...{ unit: "ms", scale: "logarithmic", height: 100 },
    series: [{ label: "longest silence", form: "area", figure: "silentMs", colour: "--silence" }],
    columns: [["longest silence, ms", "silentMs"]],
    missing: "no load",
  },
  {
    name: "latency",
    title: "Latency of acknowledged writes",
    says: "from sending to acknowledgement, per bin; a gap where nothing was acknowledged, or for a second nothing",
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
    title: "Who acknowledged",
    says: "the side that answered, by the proxy's word",
    ...{ unit: "side", scale: "linear", height: 56 },
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
    says: "that the follower holds; a gap where nobody could tell, and where nobody followed",
    ...{ unit: "ms", scale: "linear", height: 80 },
    series: [{ label: "age", form: "area", figure: "heartbeatMs", colour: "--lag" }],
    columns: [["heartbeat's age, ms", "heartbeatMs"]],
    missing: "not known",
  },
  {
    name: "lsn",
    title: "Replication lag: WAL not yet confirmed",
    says: "by the follower, in bytes; a gap where nobody could tell, and where nobody followed",
    ...{ unit: "bytes", scale: "linear", height: 80 },
    series: [{ label: "distance", form: "area", figure: "lsnBytes", colour: "--lag" }],
    columns: [["WAL not confirmed, bytes", "lsnBytes"]],
    missing: "not known",
  },
];

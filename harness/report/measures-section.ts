/** The parts of the run beside each other, and the two sides. */
import { seconds } from "../model/told.ts";
import type { Measures, Use } from "../model/verdict.ts";
import { type Html, html } from "./html.ts";
import { type Cell, table } from "./html-table.ts";

const LAGS = { heartbeatMs: "age of the newest heartbeat, ms", lsnBytes: "WAL unconfirmed, bytes" };
type Quantiles = Pick<Measures["latency"]["before"], "p50" | "p95" | "p99">;

export function measuresSection({ latency, replicationLag, resources }: Measures): Html {
  const parts = ["before", "during", "after"] as const;
  const figuresOf = ({ p50, p95, p99 }: Quantiles) => [p50, p95, p99].map((value) => fixed(value, 0));
  const lags = (["heartbeatMs", "lsnBytes"] as const).flatMap((name) =>
    parts.map((part): Cell[] => {
      const of = replicationLag[part][name];
      const unknown = of.unknownSeconds === null ? null : seconds(of.unknownSeconds);
      return [`${LAGS[name]}, ${part}`, ...figuresOf(of), fixed(of.max, 0), unknown];
    }),
  );
  const uses: [string, (use: Use) => Cell][] = [
    ["processor, cores", ({ cores }) => fixed(cores, 2)],
    ["memory, MB", ({ memoryBytes }) => fixed(memoryBytes, 0, 1e6)],
    ["network, kB/s", ({ networkBytesPerSecond }) => fixed(networkBytesPerSecond, 1, 1e3)],
    ["WAL, kB/s", ({ walBytesPerSecond }) => fixed(walBytesPerSecond, 1, 1e3)],
    ["disk, MB", ({ diskBytes }) => fixed(diskBytes, 1, 1e6)],
  ];
  const { a, b, share } = resources;
  const shares = [share.cores, share.memory, share.network, share.wal, share.disk];
  return html`<section aria-labelledby="parts"><h2 id="parts">Before, during and after</h2>
<p class="hint">Before: the baseline. During: from the fault until service was back; where none was to be, from the first fault or order to the last word of them all. After: the rest.</p>
${table("Replication lag", ["", "median", "p95", "p99", "most", "not known for"], lags)}
<div class="beside">${[
    table(
      "Latency of acknowledged writes, ms",
      ["", "median", "p95", "p99", "writes"],
      parts.map((part) => [part, ...figuresOf(latency[part]), latency[part].count]),
    ),
    table(
      "What the sides used while nothing was broken, and what having B adds to A alone",
      ["", "A", "B", "B adds"],
      uses.map(([name, figure], i) => [name, figure(a), figure(b), adds(shares[i] ?? null)]),
    ),
  ]}</div></section>`;
}

function fixed(value: number | null, digits: number, unit = 1): string | null {
  return value === null ? null : (value / unit).toFixed(digits);
}

/** In whole percents: the two sides are not measured closer than that. */
function adds(share: number | null): string | null {
  return share === null ? null : `${Math.round(share * 100)} %`;
}

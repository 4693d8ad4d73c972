/** The parts of the run beside each other, and the two sides. */
import { seconds, share as shareOf } from "../../model/verdict/told.ts";
import type { MachineUse, Measures, Use } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { type Cell, table } from "./html-table.ts";

const LAGS = { heartbeatMs: "age of the newest heartbeat, ms", lsnBytes: "WAL unconfirmed, bytes" };
type Quantiles = Pick<Measures["latency"]["before"], "p50" | "p95" | "p99">;

export function measuresSection({ latency, replicationLag, resources, machine }: Measures): Html {
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
      uses.map(([name, figure], i) => [name, figure(a), figure(b), percent(shares[i] ?? null)]),
    ),
    machineTable(machine),
  ]}</div></section>`;
}

function machineTable({ whole, worst, unknownSeconds, why }: Measures["machine"]): Html {
  const rows: [string, (use: MachineUse) => number | null][] = [
    ["processors, used by others", ({ others }) => others],
    ["processors, stolen by the hypervisor", ({ stolen }) => stolen],
    ["tasks waited for a processor", ({ waitedCpu }) => waitedCpu],
    ["tasks waited for a disk", ({ waitedIo }) => waitedIo],
    ["tasks waited for memory", ({ waitedMemory }) => waitedMemory],
  ];
  const at =
    worst.fromMs === null || worst.toMs === null
      ? ""
      : `: ${seconds(worst.fromMs / 1000)} to ${seconds(worst.toMs / 1000)}`;
  const notes = [
    ...(unknownSeconds ? [`No samples for ${seconds(unknownSeconds)}, which counts as used by others.`] : []),
    ...(why === null ? [] : [`What is not known: ${why}.`]),
    ...(why === null && unknownSeconds === null ? ["The machine was not sampled."] : []),
  ];
  return html`<div>${table(
    "The machine, from the baseline to the last write: who but the drill used it",
    ["", "all the time", `at the worst${at}`],
    rows.map(([name, of]): Cell[] => [name, percent(of(whole)), percent(of(worst))]),
  )}${notes.map((note) => html`<p class="hint">${note}</p>`)}</div>`;
}

function fixed(value: number | null, digits: number, unit = 1): string | null {
  return value === null ? null : (value / unit).toFixed(digits);
}

/** What is not known is the table's to show. */
function percent(value: number | null): string | null {
  return value === null ? null : shareOf(value);
}

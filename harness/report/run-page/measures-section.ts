/** The phases of the run and the two sites, side by side. */
import { seconds, share as shareOf } from "../../model/verdict/told.ts";
import type { MachineUse, Measures, Use } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { type Cell, table } from "./html-table.ts";

const LAGS = { heartbeatMs: "age of the newest heartbeat, ms", lsnBytes: "WAL unconfirmed, bytes" };
type Quantiles = Pick<Measures["latency"]["before"], "p50" | "p95" | "p99">;

export function measuresSection({ latency, replicationLag, resources, machine }: Measures): Html {
  const phases = ["before", "during", "after"] as const;
  const figuresOf = ({ p50, p95, p99 }: Quantiles) => [p50, p95, p99].map((value) => fixed(value, 0));
  const lags = (["heartbeatMs", "lsnBytes"] as const).flatMap((name) =>
    phases.map((phase): Cell[] => {
      const of = replicationLag[phase][name];
      const unknown = of.unknownSeconds === null ? null : seconds(of.unknownSeconds);
      return [`${LAGS[name]}, ${phase}`, ...figuresOf(of), fixed(of.max, 0), unknown];
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
  return html`<section aria-labelledby="phases"><h2 id="phases">Before, during and after</h2>
<p class="hint">Before: the baseline. During: from the fault until service was back; without a planned disaster, from the first fault or operation to the last event of any. After: the rest.</p>
${table("Replication lag", ["", "median", "p95", "p99", "most", "not known for"], lags)}
<div class="beside">${[
    table(
      "Latency of acknowledged writes, ms",
      ["", "median", "p95", "p99", "writes"],
      phases.map((phase) => [phase, ...figuresOf(latency[phase]), latency[phase].count]),
    ),
    table(
      "Resources used by each site without faults, and what B adds to A alone",
      ["", "A", "B", "B adds"],
      uses.map(([name, figure], i) => [name, figure(a), figure(b), percent(shares[i] ?? null)]),
    ),
    machineTable(machine),
  ]}</div></section>`;
}

function machineTable({ whole, worst, unknownSeconds, why }: Measures["machine"]): Html {
  const rows: [string, (use: MachineUse) => number | null][] = [
    ["processors used by others", ({ others }) => others],
    ["processors stolen by the hypervisor", ({ stolen }) => stolen],
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
    ...(why === null ? [] : [`Not known: ${why}.`]),
    ...(why === null && unknownSeconds === null ? ["The machine was not sampled."] : []),
  ];
  return html`<div>${table(
    "Use of the machine by others than the drill, from the baseline to the last write",
    ["", "all the time", `at the worst${at}`],
    rows.map(([name, of]): Cell[] => [name, percent(of(whole)), percent(of(worst))]),
  )}${notes.map((note) => html`<p class="hint">${note}</p>`)}</div>`;
}

function fixed(value: number | null, digits: number, unit = 1): string | null {
  return value === null ? null : (value / unit).toFixed(digits);
}

/** The table shows `null` as not known. */
function percent(value: number | null): string | null {
  return value === null ? null : shareOf(value);
}

/** What stands behind the figures: all checks, the parts of the run beside each other, all events, and what ran. */
import type { DrillEvent } from "../model/event.ts";
import type { Run } from "../model/run.ts";
import { percent } from "../model/told.ts";
import type { CheckResult, CheckWord, LagMeasure, Measures, Use } from "../model/verdict.ts";
import { type Html, html } from "./html.ts";
import { wordHtml } from "./top.ts";

const ORDER: CheckWord[] = ["broken", "inconclusive", "holds", "unasked"];

export function checksSection(checks: readonly CheckResult[]): Html {
  const sorted = checks.toSorted((x, y) => ORDER.indexOf(x.verdict) - ORDER.indexOf(y.verdict));
  const rows = sorted.map(({ name, verdict, reason, evidence }) => {
    const list = html`<ul>${evidence.map((line) => html`<li>${line}</li>`)}</ul>`;
    const isShort = evidence.length <= 3 || verdict === "broken" || verdict === "inconclusive";
    const shown = isShort
      ? list
      : html`<details><summary>${evidence.length} lines of evidence</summary>${list}</details>`;
    return html`<tr><td>${wordHtml(verdict)}</td><th scope="row">${name}</th><td>${reason}${evidence.length > 0 ? shown : null}</td></tr>`;
  });
  return html`<section aria-labelledby="checks"><h2 id="checks">Checks</h2>
<p class="hint">The verdict is the worst of these words. Unasked: measured, and the configuration promises nothing about it.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Checks"><table class="checks"><caption class="unseen">All checks, the worst first</caption>
<thead><tr><th scope="col">word</th><th scope="col">check</th><th scope="col">reason and evidence</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

type Cell = string | number | null;

/** What is not known is a dash with a name. */
const NOT_KNOWN = html`<span class="dash">not known</span>`;

function table(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const cell = (value: Cell) => (value === null ? NOT_KNOWN : value);
  const lines = rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row">${first ?? ""}</th>${rest.map((value) => html`<td>${cell(value)}</td>`)}</tr>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

export function measuresSection({ latency, replicationLag, resources }: Measures): Html {
  const parts = ["before", "during", "after"] as const;
  const rounded = (value: number | null) => (value === null ? null : Math.round(value));
  const lag = (name: string, of: (part: (typeof parts)[number]) => LagMeasure) =>
    parts.map((part): Cell[] => {
      const { p50, p95, p99, max, unknownSeconds } = of(part);
      const unknown = unknownSeconds === null ? null : `${unknownSeconds.toFixed(1)} s`;
      return [`${name}, ${part}`, ...[p50, p95, p99, max].map(rounded), unknown];
    });
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
<div class="beside">${table(
    "Latency of acknowledged writes, ms",
    ["", "median", "p95", "p99", "writes"],
    parts.map((part) => [
      part,
      rounded(latency[part].p50),
      rounded(latency[part].p95),
      rounded(latency[part].p99),
      latency[part].count,
    ]),
  )}
${table(
  "Replication lag",
  ["", "median", "p95", "p99", "most", "not known for"],
  [
    ...lag("heartbeat, ms", (part) => replicationLag[part].heartbeatMs),
    ...lag("WAL, bytes", (part) => replicationLag[part].lsnBytes),
  ],
)}
${table(
  "What the sides used while nothing was broken, and what having B adds to A alone",
  ["", "A", "B", "B adds"],
  uses.map(([name, figure], i) => [
    name,
    figure(a),
    figure(b),
    shares[i] == null ? null : percent(Number(shares[i]?.toFixed(3))),
  ]),
)}</div></section>`;
}

function fixed(value: number | null, digits: number, unit = 1): string | null {
  return value === null ? null : (value / unit).toFixed(digits);
}

export function eventsSection(events: readonly DrillEvent[]): Html {
  const rows = events.map((event) => {
    const { atMs, type, ...rest } = event;
    const detail = "detail" in rest ? rest.detail : {};
    const said = Object.keys(detail).length === 0 ? "" : JSON.stringify(detail);
    return [(atMs / 1000).toFixed(3), type, eventWords(event), said];
  });
  return html`<section aria-labelledby="events"><h2 id="events">Events</h2>
<details><summary>All ${events.length} events, as recorded</summary>${table("Events of the drill, on its clock", ["at, s", "type", "what", "detail"], rows)}</details></section>`;
}

function eventWords(event: DrillEvent): string {
  switch (event.type) {
    case "phase":
      return event.phase;
    case "fault":
      return `${event.fault}: ${event.kind} ${event.state}`;
    case "operator":
      return `${event.plan}: ${event.step} ${event.side.toUpperCase()}, took ${(event.tookMs / 1000).toFixed(3)} s`;
    case "order":
      return `${event.order}: ${event.kind} ${event.state}`;
    case "container":
      return `${event.name}: ${event.state}`;
    case "note":
      return event.text;
  }
}

export function ranSection(run: Run): Html {
  const { scenario, config, clock, k6 } = run;
  const { operator, objectives, name: _, is, ...ways } = config;
  const { load, start, faults, orders } = scenario;
  const flat = (of: object): Cell[][] => Object.entries(of).map(([key, value]) => [key, valueText(value)]);
  const facts: Cell[][] = [
    ["again", run.command],
    ["began", run.startedAt],
    ["seed", run.seed],
    ["ended", run.reason === null ? run.state : `${run.state}: ${run.reason}`],
    ["serves at the end", run.servingSide?.toUpperCase() ?? null],
    ["error of k6's clock", clock === null ? null : `${clock.errorMs.toFixed(3)} ms, by ${clock.samples} samples`],
    [
      "k6",
      k6 === null ? null : `${k6.iterations} iterations, ${k6.droppedIterations} dropped, exit code ${k6.exitCode}`,
    ],
  ];
  const acts = [
    ...faults.map((fault) => ({ ...fault, is: "fault" })),
    ...orders.map((order) => ({ ...order, is: "order" })),
  ];
  const actRows = acts.map(({ is: what, kind, afterSeconds, ...rest }): Cell[] => {
    return [
      `${what} ${kind}`,
      afterSeconds,
      Object.entries(rest)
        .map(([key, value]) => `${key} ${value}`)
        .join(", "),
    ];
  });
  return html`<section aria-labelledby="ran"><h2 id="ran">What ran</h2>
<div class="beside">${[
    table("This run", ["", ""], facts),
    table("Versions and host", ["", ""], [...flat(run.versions), ...flat(run.host)]),
    table(`Configuration ${config.name}: ${is}`, ["", ""], [...flat(ways), ...flat(operator), ...flat(objectives)]),
    table("Load and start", ["", ""], [...flat(load), ...flat(start)]),
    table("Faults and orders, after the end of the baseline", ["", "after, s", ""], actRows),
    table(
      "Images",
      ["part", "name", "id", "origin"],
      run.images.map(({ part, name, id, origin }) => [part, name, id, origin]),
    ),
    table(
      "Set-up",
      ["step", "took, s"],
      run.setup.map(({ step, tookMs }) => [step, (tookMs / 1000).toFixed(2)]),
    ),
  ]}</div></section>`;
}

function valueText(value: unknown): string {
  if (value === null) return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * CSV by RFC 4180: one row per run. A column's name ends with its unit; unknown values are empty. A figure that may be only a
 * lower bound has a second column for that: `…_censored`.
 */
import type { ExportedRun } from "./exported-run.ts";
import { EXPORTED, type ExportedFigure, figureOf } from "./figures.ts";

type Cell = string | number | boolean | null;
type Column = readonly [head: string, of: (run: ExportedRun) => Cell];

const FACTS: readonly Column[] = [
  ["run", ({ run }) => run.id],
  ["scenario", ({ verdict }) => verdict.scenario],
  ["config", ({ verdict }) => verdict.config],
  ["started_at", ({ run }) => run.startedAt],
  ["took_seconds", ({ tookMs }) => (tookMs === null ? null : tookMs / 1000)],
  ["state", ({ run }) => run.state],
  ["verdict", ({ verdict }) => verdict.verdict],
  ["seed", ({ run }) => run.seed],
  ["commit", ({ run }) => run.versions.commit ?? null],
  ["images", ({ run }) => run.images.map(({ name }) => name).join(" ")],
  ["host", ({ run }) => ["platform", "release", "arch"].map((name) => run.host[name] ?? "?").join(" ")],
  ["host_cores", ({ run }) => run.host.cores ?? null],
  ["host_memory_bytes", ({ run }) => run.host.memoryBytes ?? null],
];
const COLUMNS: readonly Column[] = [...FACTS, ...EXPORTED.flatMap(columnsOf)];

export function csvText(runs: readonly ExportedRun[]): string {
  const rows = [COLUMNS.map(([head]) => head), ...runs.map((run) => COLUMNS.map(([, of]) => of(run)))];
  return rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function columnsOf(figure: ExportedFigure): Column[] {
  const head = [figure.name, ...Object.values(figure.labels).map(inName)].join("_");
  const value: Column = [`${head}_${figure.unit}`, (run) => figureOf(run, figure)?.value ?? null];
  if (!figure.mayBeCensored) return [value];
  return [value, [`${head}_censored`, (run) => figureOf(run, figure)?.censored ?? null]];
}

/** The quantile 0.95 becomes p95. */
function inName(label: string): string {
  return label.startsWith("0.") ? `p${Math.round(Number(label) * 100)}` : label;
}

/** Prefixes text that a spreadsheet would evaluate as a formula. */
function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

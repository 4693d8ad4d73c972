/**
 * OpenMetrics 1.0 text: gauges named `fhirdrill_<what>_<unit>` with the labels of a run. The text is also valid in
 * Prometheus' own format, because its Pushgateway and node_exporter's textfile collector read nothing else: they refuse
 * OpenMetrics-only types and all timestamps. So the start of a run is a gauge, too.
 *
 * Unknown values are left out, never 0. A lower bound is a metric of its own, `fhirdrill_<what>_at_least_<unit>`, so that no
 * panel takes it for the figure.
 */
import { type VerdictWord, VerdictWordSchema } from "../../model/verdict/verdict.ts";
import type { ExportedRun } from "./exported-run.ts";
import { EXPORTED, type ExportedFigure, figureOf } from "./figures.ts";

type Labels = Readonly<Record<string, string>>;

export function openmetricsText(runs: readonly ExportedRun[]): string {
  const families = Map.groupBy(EXPORTED, ({ name, unit }) => `${name}_${unit}`);
  const lines = [
    ...infoLines(runs),
    ...verdictLines(runs),
    ...startLines(runs),
    ...[...families.values()].flatMap((figures) => [
      ...figureLines(runs, figures, false),
      ...figureLines(runs, figures, true),
    ]),
  ];
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

function infoLines(runs: readonly ExportedRun[]): string[] {
  const name = "fhirdrill_run_info";
  const samples = runs.map((run) => {
    const { seed, state, versions } = run.run;
    const { fhirdrill = "", commit = "" } = versions;
    return sample(name, run, { seed: String(seed), state, version: fhirdrill, commit }, 1);
  });
  return [`# HELP ${name} The run's seed, state and versions: always 1.`, `# TYPE ${name} gauge`, ...samples];
}

function verdictLines(runs: readonly ExportedRun[]): string[] {
  const name = "fhirdrill_verdict";
  const is = (run: ExportedRun, word: VerdictWord) => Number(run.verdict.verdict === word);
  const samples = runs.flatMap((run) =>
    VerdictWordSchema.options.map((word) => sample(name, run, { [name]: word }, is(run, word))),
  );
  return [
    `# HELP ${name} Verdict of a run, the worst of its checks: 1 for this one, else 0.`,
    `# TYPE ${name} gauge`,
    ...samples,
  ];
}

function startLines(runs: readonly ExportedRun[]): string[] {
  const name = "fhirdrill_run_start_seconds";
  const samples = runs.map((run) => sample(name, run, {}, Date.parse(run.run.startedAt) / 1000));
  return [
    `# HELP ${name} Start of a run, in seconds since 1970.`,
    `# TYPE ${name} gauge`,
    `# UNIT ${name} seconds`,
    ...samples,
  ];
}

/** A family without samples is left out. */
function figureLines(runs: readonly ExportedRun[], figures: readonly ExportedFigure[], censored: boolean): string[] {
  const { name: what, unit, help } = figures[0] as ExportedFigure;
  const name = ["fhirdrill", what, ...(censored ? ["at_least"] : []), unit].join("_");
  const samples = runs.flatMap((run) =>
    figures.flatMap((figure) => {
      const found = figureOf(run, figure);
      return found?.censored === censored ? [sample(name, run, figure.labels, found.value)] : [];
    }),
  );
  if (samples.length === 0) return [];
  const text = censored ? `${help}: a lower bound, because the end was not observed.` : `${help}.`;
  return [`# HELP ${name} ${text}`, `# TYPE ${name} gauge`, `# UNIT ${name} ${unit}`, ...samples];
}

function sample(name: string, { run, verdict }: ExportedRun, labels: Labels, value: number): string {
  const { scenario, config } = verdict;
  const all = Object.entries({ scenario, config, run: run.id, ...labels });
  const text = all.map(([label, text]) => `${label}="${escaped(text)}"`).join(",");
  return `${name}{${text}} ${value}`;
}

function escaped(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

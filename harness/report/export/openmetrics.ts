/**
 * OpenMetrics text, version 1.0: gauges named `fhirdrill_<what>_<unit>` with the labels of a run. All of it is also
 * Prometheus' own text, for its Pushgateway and node_exporter's textfile collector read no other: they refuse the types
 * that only OpenMetrics has, and every timestamp. So when a run began is a gauge, too.
 *
 * What is not known is left out, never 0. What is only known to be at least so much is a metric of its own,
 * `fhirdrill_<what>_at_least_<unit>`, so that no panel takes it for the figure.
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
  return [`# HELP ${name} What was run: always 1.`, `# TYPE ${name} gauge`, ...samples];
}

function verdictLines(runs: readonly ExportedRun[]): string[] {
  const name = "fhirdrill_verdict";
  const is = (run: ExportedRun, word: VerdictWord) => Number(run.verdict.verdict === word);
  const samples = runs.flatMap((run) =>
    VerdictWordSchema.options.map((word) => sample(name, run, { [name]: word }, is(run, word))),
  );
  return [`# HELP ${name} The worst word of all checks of a run: 1 is this one.`, `# TYPE ${name} gauge`, ...samples];
}

function startLines(runs: readonly ExportedRun[]): string[] {
  const name = "fhirdrill_run_start_seconds";
  const samples = runs.map((run) => sample(name, run, {}, Date.parse(run.run.startedAt) / 1000));
  return [`# HELP ${name} When a run began, since 1970.`, `# TYPE ${name} gauge`, `# UNIT ${name} seconds`, ...samples];
}

/** A family of which there is nothing to say is not begun. */
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
  const told = censored ? `${help}: it was at least so much, and its end was not seen.` : `${help}.`;
  return [`# HELP ${name} ${told}`, `# TYPE ${name} gauge`, `# UNIT ${name} ${unit}`, ...samples];
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

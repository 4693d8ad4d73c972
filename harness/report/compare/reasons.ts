/** Why a comparison reports a regression: the figures, the p value and the runs that show it. */
import { cellsOf } from "./cells.ts";
import type { Decision, Rowed } from "./regressions.ts";

const SHOWN_RUNS = 3;

/** Empty if the question could be decided and the answer is no. */
export function whyDecided(decision: Decision, pairs: readonly Rowed[]): string {
  const { text, a, b, n, p, evidence, regressed, undecided } = decision;
  if (!regressed || p === null) return undecided;
  const pair = pairs.find(
    (each) => each.scenario === decision.scenario && each.b.letter === b.letter && each.b.config === b.config,
  );
  const row = pair?.rows.find(({ name }) => name === decision.row);
  const cells = row && cellsOf(row, b.letter);
  const what = cells
    ? `${cells.head}: ${a.letter} ${cells.a}; ${b.letter} ${cells.b}; ${b.letter} - ${a.letter} ${cells.shift}`
    : `${text} was kept in all ${n[0]} runs of ${a.letter}, and is broken in ${evidence.length} of ${n[1]} runs of ${b.letter}`;
  const rest = evidence.length - SHOWN_RUNS;
  const runs = `${evidence.slice(0, SHOWN_RUNS).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return `${what}. p ≤ ${Math.ceil(p * 1e4) / 1e4} after Holm correction. See ${runs}.`;
}

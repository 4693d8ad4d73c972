/** `compare`: compares sets of stored runs with a baseline. It reads the stored verdicts and judges nothing again. */
import { EXIT, usageFailure } from "../model/program/failure.ts";
import { type Comparison, compareSets } from "../report/compare/compare.ts";
import { parseExpression } from "../report/compare/fail-on.ts";
import { compareHtml } from "../report/compare/html.ts";
import { compareMarkdown, compareText } from "../report/compare/text.ts";
import type { LeftOut } from "../store/stored-runs.ts";
import { writeTo } from "../store/written.ts";
import { printLeftOut } from "./left-out.ts";
import { readSets } from "./run-sets.ts";
import { print } from "./standard-streams.ts";

export interface CompareOptions {
  failOn?: string[];
  markdown?: boolean;
  json?: boolean;
  html?: string;
}

export function compareCommand(names: string[], options: CompareOptions): number {
  const expressions = (options.failOn ?? []).map(parseExpression);
  const { sets, leftOut } = readSets(names);
  const comparison = compareSets(sets, expressions);
  print(`${shown(comparison, leftOut, options)}\n`);
  const { html } = options;
  if (html !== undefined) writeTo("the page", html, compareHtml(comparison));
  printLeftOut(leftOut);
  if (expressions.length > 0 && comparison.pairs.length === 0)
    throw usageFailure(
      "--fail-on has nothing to decide",
      "no run of one set can be compared with a run of another",
      "choose other sets",
    );
  if (comparison.decisions.some(({ regressed }) => regressed)) return EXIT.regressed;
  // An unreadable run might have changed the result.
  return leftOut.length > 0 ? EXIT.inconclusive : 0;
}

function shown(comparison: Comparison, leftOut: LeftOut[], { json, markdown }: CompareOptions): string {
  if (json) return JSON.stringify({ ...comparison, leftOut }, withNames);
  return markdown ? compareMarkdown(comparison) : compareText(comparison);
}

/** Replaces runs by their names. An infinite bound becomes `null` in JSON. */
function withNames(key: string, value: unknown): unknown {
  return key === "runs" && Array.isArray(value) ? value.map(({ name }: { name: string }) => name) : value;
}

/** `trend`: stored runs over time, and when their figures changed. It judges nothing again. */
import { EXIT } from "../model/program/failure.ts";
import { trendPage } from "../report/trend/page.ts";
import { TrendedSchema, trendOf } from "../report/trend/trend.ts";
import { subjectsBetween } from "../run/commits.ts";
import { readDistinctRuns } from "../store/distinct-runs.ts";
import { findRuns } from "../store/find-runs.ts";
import { RESULTS } from "../store/results.ts";
import { writeTo } from "../store/written.ts";
import { printLeftOut } from "./left-out.ts";
import { print } from "./standard-streams.ts";
import { trendText } from "./trend-text.ts";

export interface TrendOptions {
  json?: boolean;
  html?: string;
}

export function trendCommand(names: string[], { json, html }: TrendOptions): number {
  const paths = findRuns(names.length > 0 ? names : [RESULTS]).map(({ path }) => path);
  const { runs, leftOut } = readDistinctRuns(paths, TrendedSchema);
  const courses = trendOf(runs, subjectsBetween);
  if (json) print(`${JSON.stringify({ courses, leftOut })}\n`);
  else if (courses.length > 0) print(`${trendText(courses)}\n`);
  printLeftOut(leftOut);
  if (html !== undefined && courses.length > 0) writeTo("the page", html, trendPage(courses, leftOut));
  return leftOut.length > 0 ? EXIT.inconclusive : 0;
}

/**
 * JUnit XML for CI systems: one suite per run, one case per check. Many CI systems identify a case by its class and name and
 * merge duplicates, so repeats of a drill are numbered, in order of time: a later export gives the same numbers.
 *
 * Broken is a failure. Inconclusive is an error: it has not passed. No objective and not examined are skipped. If the run is
 * inconclusive and no check is, a case of its own says so.
 *
 * Valid by both schemas in use, Windy Road's and that of Jenkins' xUnit plugin. The first requires more than the record has:
 * a time for each case (0, because a check takes no time of the drill) and a hostname (the record has none).
 */
import type { CheckResult, CheckWord } from "../../model/verdict/verdict.ts";
import { escapeHtml } from "../html/escape.ts";
import type { ExportedRun } from "./exported-run.ts";

const ELEMENTS: Record<Exclude<CheckWord, "holds">, "failure" | "error" | "skipped"> = {
  broken: "failure",
  inconclusive: "error",
  "no-objective": "skipped",
  "not-examined": "skipped",
};

export function junitText(runs: readonly ExportedRun[]): string {
  const times = new Map<string, number>();
  const suites = runs.map((run, index) => {
    const drill = `${run.verdict.scenario} × ${run.verdict.config}`;
    const time = (times.get(drill) ?? 0) + 1;
    times.set(drill, time);
    return suiteLines(run, index, time === 1 ? "" : `, repeat ${time}`).join("\n");
  });
  return `${['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, "</testsuites>"].join("\n")}\n`;
}

function suiteLines({ run, verdict, tookMs }: ExportedRun, index: number, repeat: string): string[] {
  const { scenario, config } = verdict;
  const checks = withVerdict(verdict);
  const count = (word: CheckWord) => checks.filter((check) => check.verdict === word).length;
  const suite = {
    ...{ name: `${scenario} × ${config}${repeat}`, package: "fhirdrill", id: index, hostname: "localhost" },
    // UTC without a zone, as the schema requires.
    timestamp: run.startedAt.slice(0, 19),
    ...{
      tests: checks.length,
      failures: count("broken"),
      errors: count("inconclusive"),
      skipped: count("no-objective") + count("not-examined"),
    },
    ...(tookMs === null ? {} : { time: (tookMs / 1000).toFixed(3) }),
  };
  return [
    `  <testsuite ${attributes(suite)}>`,
    "    <properties>",
    ...Object.entries(propertiesOf(run)).map(([name, value]) => `      <property ${attributes({ name, value })}/>`),
    "    </properties>",
    ...checks.map((check) => caseText({ ...check, name: `${check.name}${repeat}` }, `${scenario}.${config}`)),
    `    <system-out>${xml(`${run.id}\nagain: ${run.command}`)}</system-out>`,
    "    <system-err></system-err>",
    "  </testsuite>",
  ];
}

/** With a case for the verdict, if no check has its word. */
function withVerdict({ verdict, checks }: ExportedRun["verdict"]): readonly CheckResult[] {
  if (verdict === "holds" || checks.some((check) => check.verdict === verdict)) return checks;
  const reason = "too little was examined for the run to hold";
  return [{ name: "verdict", verdict, reason, evidence: [] }, ...checks];
}

function propertiesOf(run: ExportedRun["run"]): Record<string, string | number> {
  const prefixed = (prefix: string, entries: readonly (readonly [string, string | number])[]) =>
    Object.fromEntries(entries.map(([name, value]) => [`${prefix}.${name}`, value]));
  const { commit = "not known", ...versions } = run.versions;
  return {
    ...{ run: run.id, state: run.state, startedAt: run.startedAt, seed: run.seed, commit },
    ...prefixed("version", Object.entries(versions)),
    ...prefixed(
      "image",
      run.images.map(({ part, name, origin }) => [part, `${name} (${origin})`]),
    ),
    ...prefixed("host", Object.entries(run.host)),
  };
}

function caseText({ name, verdict, reason, evidence }: CheckResult, classname: string): string {
  const head = `    <testcase ${attributes({ name, classname, time: 0 })}`;
  if (verdict === "holds") return `${head}/>`;
  const element = ELEMENTS[verdict];
  const what = attributes(element === "skipped" ? { message: reason } : { message: reason, type: verdict });
  return `${head}>\n      <${element} ${what}>${xml([reason, ...evidence].join("\n"))}</${element}>\n    </testcase>`;
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${xml(String(value)).replace(/[\t\n]/g, (sign) => `&#${sign.charCodeAt(0)};`)}"`)
    .join(" ");
}

/** XML 1.0 allows most control characters and lone surrogates in no form, not even escaped: they are dropped. */
function xml(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "");
  return escapeHtml(allowed).replaceAll("\r", "&#13;");
}

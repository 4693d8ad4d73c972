/**
 * JUnit XML, as CI systems read it: a suite for each run, a case for each check. Many of them know a case by its class and
 * its name, and join all of one: so each repeat of a drill has a number, in order of time, which a later export gives again.
 *
 * Broken is a failure. Inconclusive is an error, for what proves nothing has not passed. What has no objective or was not examined is skipped. Where a run as
 * a whole proves nothing and no check says so, a case of its own does.
 *
 * It is of both schemas in use, Windy Road's and that of Jenkins' xUnit plugin, and the first asks for more than there is:
 * a time for each case (0: a check is no part of the drill), and a host's name (the record has none).
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
  const checks = withWhole(verdict);
  const count = (word: CheckWord) => checks.filter((check) => check.verdict === word).length;
  const suite = {
    ...{ name: `${scenario} × ${config}${repeat}`, package: "fhirdrill", id: index, hostname: "localhost" },
    // In UTC, and without saying so: the schema wants no zone.
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

function withWhole({ verdict, checks }: ExportedRun["verdict"]): readonly CheckResult[] {
  if (verdict === "holds" || checks.some((check) => check.verdict === verdict)) return checks;
  const reason = "too little was examined to say that it holds";
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

/** XML 1.0 has no place for most control characters and for halves of a pair, not even escaped: they are left out. */
function xml(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "");
  return escapeHtml(allowed).replaceAll("\r", "&#13;");
}

/**
 * `definitions.md`: what each check asks, generated from the docstrings at the heads of the checkers' files, so that
 * the page matches the code. Pure; `npm run docs` writes it.
 *
 * A checker's docstring ends in labelled lines: `Unit:`, and `Broken:`, `Inconclusive:`, `Not examined:` and
 * `No objective:` for the verdicts that it can give. What it needs of the system is taken from its code.
 */
import type { Checker } from "../harness/check/checker.ts";
import { CHECKERS } from "../harness/check/judge.ts";
import { CAPABILITIES } from "../harness/model/plan/capability.ts";
import { OUTCOMES, PENDING } from "../harness/record/outcome.ts";

/** Files that define terms of several checks. */
const WORDS = [
  "facts",
  "served",
  "away",
  "recovery",
  "own-acts",
  "survivors",
  "stranded",
  "savable",
  "phases",
  "brought-back",
];
const LABEL = /^(Unit|Broken|Inconclusive|Not examined|No objective): /;

const INTRODUCTION = `# Definitions

What each check of a verdict asks, in the order of a verdict. Written by \`npm run docs\` from the docstrings of the checkers;
to change a definition, change it there.

**Holds**: the check was examined, and no other result applies. **No objective** (\`no-objective\`): there is nothing to
compare with; the figure is only measured, or the run has nothing of the kind. **Not examined** (\`not-examined\`): it could
not be checked, because the system lacks what the check **needs**, or the record lacks the evidence. Neither of these two
affects the verdict, and every check that was not examined is listed with its reason.

The verdict of a run is the worst of its checks: broken, then inconclusive, then holds. A run in which nothing holds is
inconclusive, and so is one in which \`lost-writes\` was not examined. A checker that throws is inconclusive. A figure that
was not measured is \`null\`, never 0.

All times are milliseconds of one clock, which starts with the run.`;

/** `sourceOf` gives the text of \`harness/check/<name>.ts\`. */
export function definitionsPage(sourceOf: (name: string) => string): string {
  return [
    INTRODUCTION,
    "## Checks",
    ...CHECKERS.map((checker) => checkSection(checker, docstring(sourceOf(checker.name)))),
    "## Words that several checks use",
    ...WORDS.map((name) => `${withTerms(docstring(sourceOf(name)))}\n\n${link(name)}`),
    "## Outcomes of a write",
    "A write is acknowledged (ok; K), certainly failed (fail; F), or of unknown outcome (info; I); all of them are A. The first row that matches decides.",
    ["| answer | outcome | why |", "|---|---|---|", ...[...OUTCOMES, PENDING].map(outcomeRow)].join("\n"),
  ].join("\n\n");
}

/** The comment at the head of a file, without its asterisks. */
export function docstring(source: string): string {
  const text = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1];
  if (text === undefined) throw new Error("there is no docstring at the head of the file");
  return text.replaceAll(/^ \* ?/gm, "").trim();
}

/** The labelled lines at the end of a docstring, by label; a line without a label continues the one above it. */
export function labelsOf(text: string): Record<string, string> {
  const last = text.split("\n\n").at(-1) ?? "";
  const labels: Record<string, string> = {};
  let label: string | undefined;
  for (const line of last.split("\n")) {
    const found = LABEL.exec(line);
    if (found?.[1] !== undefined) label = found[1];
    if (label === undefined) continue;
    labels[label] = found ? line.slice(found[0].length) : `${labels[label]} ${line}`;
  }
  return labels;
}

function checkSection({ name, needs = [] }: Checker, text: string): string {
  const definition = withTerms(text.split("\n\n").slice(0, -1).join("\n\n"));
  const labels = Object.entries(labelsOf(text)).map(([label, says]) => `- **${label.toLowerCase()}**: ${says}`);
  const lines =
    needs.length === 0
      ? labels
      : [...labels, `- **needs** a system ${needs.map((each) => CAPABILITIES[each]).join(" and ")}`];
  return [`### ${name}`, definition, lines.join("\n"), link(name)].join("\n\n");
}

/**
 * A line that begins with a term and a colon defines it: the term becomes bold, and the definition its own paragraph.
 */
function withTerms(text: string): string {
  return text
    .replaceAll(/\n?^([A-Z][\w-]*(?: [\w-]+){0,3}(?: \(S\))?): /gm, "\n\n**$1**: ")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

function link(name: string): string {
  return `[harness/check/${name}.ts](../harness/check/${name}.ts)`;
}

function outcomeRow({ name, outcome, why }: { name: string; outcome: string; why: string }): string {
  return `| ${name} | ${outcome} | ${why} |`;
}

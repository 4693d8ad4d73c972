/** The result of a drill as text: fits 80 columns and needs no colour. */
import type { Run } from "../model/record/run.ts";
import { notExamined } from "../model/verdict/not-examined.ts";
import {
  afterRto,
  besideRpo,
  carriedText,
  devicesText,
  exportTexts,
  networkText,
  percent,
  readsText,
  savableText,
  seconds,
  share,
  vaultTexts,
  whoCouldNot,
} from "../model/verdict/told.ts";
import { type CheckWord, type Measures, takenIn, type Verdict } from "../model/verdict/verdict.ts";
import { wrap } from "./wrap.ts";

/** One more than the longest labels, "inconclusive" and "not examined". */
const LABEL = 13;
const SHOWN_IDS = 6;

/** The paths of the run's folder and, once it is written, of its page. */
export interface Places {
  folder: string;
  page?: string | null;
}

export type Paint = (word: CheckWord, text: string) => string;

export function verdictText(verdict: Verdict, run: Run, places: Places, paint: Paint = (_, text) => text): string {
  const { measures } = verdict;
  const lines = [
    paint(verdict.verdict, `${verdict.verdict.toUpperCase()}  ${verdict.scenario} × ${verdict.config}`),
    ...wrap("", 0, summary(measures)),
    "",
    ...field("writes", writesText(measures)),
    ...field("lost", lostText(measures)),
    ...savableText(measures.savable).flatMap((text) => field("", text)),
    ...field("downtime", downtimeText(measures)),
    ...readsText(measures).flatMap((text) => field("reads", text)),
    ...field("RTO", rtoText(measures, run)),
    ...field("RPO", rpoText(measures, run)),
    ...field("availability", availabilityText(measures, run)),
    ...field("redundancy", redundancyText(measures, run)),
    ...carriedText(measures).flatMap((text) => field("rate", text)),
    ...(measures.hidden.count ? field("hidden", hiddenText(measures)) : []),
    ...(measures.bulkExport.outcome === null ? [] : field("bulk export", exportTexts(measures.bulkExport).join("; "))),
    ...devicesText(measures).flatMap((text, i) => field(i === 0 ? "devices" : "", text)),
    ...measures.clientNetworks.flatMap((network, i) => field(i === 0 ? "networks" : "", networkText(network))),
    ...vaultTexts(measures).flatMap((text, i) => field(i === 0 ? "vault" : "", text)),
    ...(measures.machine.whole.others !== null || measures.machine.why ? field("machine", machineText(measures)) : []),
    "",
    ...verdict.checks
      .filter(({ verdict: word }) => word === "broken" || word === "inconclusive")
      .flatMap((check) => [
        ...wrap(
          paint(check.verdict, check.verdict.padEnd(LABEL)),
          check.verdict.padEnd(LABEL).length,
          `${check.name}: ${check.reason}`,
        ),
        ...(check.name === "worth-judging" ? check.evidence.slice(1).flatMap((reason) => field("", reason)) : []),
      ]),
    ...notExamined(verdict.checks).flatMap((line, i) => field(i === 0 ? "not examined" : "", line)),
    ...field("evidence", places.folder),
    ...(places.page ? field("report", places.page) : []),
    ...field("again", run.command),
  ];
  return lines.join("\n");
}

function summary(measures: Measures): string {
  const { lost, downtime } = measures;
  const losses =
    lost.count === null ? "How many writes were lost is not known" : `${lost.count} acknowledged writes were lost`;
  const outage =
    downtime.seconds === null
      ? "how long nobody could write is not known"
      : `${whoCouldNot(measures)} for ${downtime.censored ? "more than " : ""}${seconds(downtime.seconds)}`;
  return `${losses}; ${outage}.`;
}

function writesText({ writes }: Measures): string {
  const { attempted, acknowledged, failed, indeterminate } = writes;
  return `${attempted} sent: ${acknowledged} acknowledged, ${failed} failed, ${indeterminate} unknown`;
}

function lostText({ lost, stranded }: Measures): string {
  if (lost.count === null) return "not known";
  if (lost.count === 0) return "0 acknowledged writes";
  const kinds = lost.tail === null ? [] : [`${lost.tail} at the tail`, `${lost.holes} before it`];
  if (stranded.count !== null)
    kinds.push(`${stranded.count} can be brought back`, `${lost.count - stranded.count} gone`);
  else kinds.push("how many can be brought back is not known");
  const ids = lost.ids.slice(0, SHOWN_IDS).join(" ") + (lost.ids.length > SHOWN_IDS ? " …" : "");
  return `${lost.count} acknowledged writes (${kinds.join(", ")}): ${ids}`;
}

function downtimeText({ downtime }: Measures): string {
  if (downtime.seconds === null) return "not known";
  const { length } = downtime.intervals;
  const pieces = length === 1 ? "in one piece" : `in ${length} pieces`;
  return `${downtime.censored ? "more than " : ""}${seconds(downtime.seconds)}${length > 0 ? `, ${pieces}` : ""}`;
}

function rtoText({ rto }: Measures, run: Run): string {
  const objective = `objective ${run.config.objectives.rtoSeconds} s`;
  if (rto.seconds === null) {
    return rto.censoredAtSeconds === null ? "not known" : `more than ${seconds(rto.censoredAtSeconds)} (${objective})`;
  }
  const split =
    rto.detect === null || rto.switch === null || rto.resume === null
      ? ""
      : ` = detect ${seconds(rto.detect)} + switch ${seconds(rto.switch)} + resume ${seconds(rto.resume)}`;
  return [`${seconds(rto.seconds)}${split} (${objective})`, ...afterRto(rto)].join("; ");
}

function rpoText({ rpo }: Measures, run: Run): string {
  if (rpo.seconds === null && !rpo.afterFault && !rpo.later) return "not known";
  const time = rpo.seconds === null ? "no time applies" : seconds(rpo.seconds);
  const text = `${time}, ${rpo.count} writes (objective ${run.config.objectives.rpoSeconds} s)`;
  return [text, ...besideRpo(rpo)].join("; ");
}

function availabilityText({ availability: { byTime, byCount, budgetByTime } }: Measures, run: Run): string {
  if (byTime === null || byCount === null) return "not known";
  const shares = `${percent(byTime)} of the time, ${percent(byCount)} of the writes`;
  const objective = run.config.objectives.availability;
  if (objective === null || budgetByTime === null) return `${shares} (no objective)`;
  const { share, periodDays } = objective;
  return `${shares} (objective ${percent(share)}: ${percent(budgetByTime)} of the error budget of ${periodDays} days)`;
}

function redundancyText({ redundancy }: Measures, run: Run): string {
  const { redundancySeconds } = run.config.objectives;
  const objective = redundancySeconds === null ? "no objective" : `objective ${redundancySeconds} s`;
  if (redundancy.seconds !== null) return `restored after ${seconds(redundancy.seconds)} (${objective})`;
  if (redundancy.censoredAtSeconds === null) return "not known";
  return `not restored within ${seconds(redundancy.censoredAtSeconds)} (${objective})`;
}

function hiddenText({ hidden: { count, maxMs } }: Measures): string {
  return `${count} writes look older than earlier ones, by up to ${seconds((maxMs ?? 0) / 1000)}: clients that poll for changes miss them`;
}

function machineText({ machine: { whole, worst, why } }: Measures): string {
  if (whole.others === null) return `not known: ${why}`;
  const waited = whole.waitedCpu === null ? "" : `; tasks waited for one ${share(whole.waitedCpu)} of the time`;
  return `others took ${share(takenIn(whole))} of the processors (${share(whole.stolen)} stolen), ${share(takenIn(worst))} at the worst${waited}`;
}

function field(label: string, text: string): string[] {
  return wrap(label.padEnd(LABEL), LABEL, text);
}

/** The head of the page: the verdict, one sentence, and each figure with its objective. */
import { faultName } from "../../model/plan/fault.ts";
import type { Run } from "../../model/record/run.ts";
import { afterRto, besideRpo, percent, seconds, whoCouldNot } from "../../model/verdict/told.ts";
import type { CheckWord, Measures, Verdict } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";

interface Figure {
  /** Shown first and larger; the others are below. */
  isFirst?: true;
  name: string;
  /** The check whose verdict is shown with it. */
  check: string | null;
  value: string;
  more: string;
  objective: string;
}

export function topOf(run: Run, verdict: Verdict, notes: readonly string[]): Html {
  const { asks, goodAnswer } = run.scenario;
  return html`<header>
<p class="run">${run.scenario.name} × ${run.config.name}, run ${run.id}</p>
<h1><span class="word ${verdict.verdict}">${verdict.verdict.toUpperCase()}</span> ${sentence(run, verdict.measures)}</h1>
${notes.map((note) => html`<p class="note">${note}</p>`)}
<p class="asks">${asks} <span>A good answer: ${goodAnswer}</span></p>
</header>
<section aria-labelledby="figures">
<h2 id="figures" class="unseen">Figures</h2>
<dl class="figures">${figuresOf(run, verdict).map((figure) => figureHtml(figure, verdict))}</dl>
${splitBar(verdict.measures)}
</section>`;
}

function sentence({ scenario }: Run, measures: Measures): string {
  const { lost, downtime, clientNetworks } = measures;
  const acts = [...scenario.faults.map(faultName), ...scenario.orders.map(({ kind }) => `planned ${kind}`)];
  const counted = [...new Set(acts)].map((name) => {
    const times = acts.filter((each) => each === name).length;
    return times === 1 ? name : `${times} × ${name}`;
  });
  const what = acts.length === 0 ? "Without faults or operations" : `After ${listed(counted)}`;
  const losses =
    lost.count === null
      ? "how many acknowledged writes were lost is not known"
      : lost.count === 0
        ? "no acknowledged write was lost"
        : `${plural(lost.count, "acknowledged write")} ${lost.count === 1 ? "was" : "were"} lost`;
  const outage =
    downtime.seconds === null
      ? "how long nobody could write is not known"
      : downtime.seconds === 0
        ? `${clientNetworks.length === 0 ? "clients" : "clients of each network"} could write all the time`
        : `${whoCouldNot(measures)} for ${moreThan(downtime.censored)}${seconds(downtime.seconds)}`;
  return `${what}, ${losses}; ${outage}.`;
}

function figuresOf({ config, scenario }: Run, { measures, checks }: Verdict): Figure[] {
  const { writes, lost, stranded, savable, rto, rpo, downtime, availability, redundancy } = measures;
  const { objectives } = config;
  const unknown = (name: string) => {
    const word = checks.find((check) => check.name === name)?.verdict ?? "no-objective";
    if (word === "not-examined") return "not examined";
    return word !== "no-objective" || scenario.disaster !== null ? "not known" : "not applicable";
  };
  const pieces = downtime.intervals.length;
  const target = objectives.availability;
  return [
    {
      ...{ name: "Lost writes", check: "lost-writes", isFirst: true },
      value: lost.count === null ? "not known" : String(lost.count),
      more: [
        `of ${writes.acknowledged} acknowledged`,
        ...(lost.count
          ? [stranded.count === null ? "what is stranded is not known" : `${stranded.count} stranded`]
          : []),
        ...(lost.count && stranded.count !== null ? [`${lost.count - stranded.count} gone`] : []),
        ...(savable.gone && savable.inLog.count !== null ? [`${savable.inLog.count} could have been saved`] : []),
      ].join(", "),
      objective:
        scenario.disaster === null
          ? "no objective: no disaster was planned"
          : objectives.lostWrites === null
            ? "no objective but the RPO"
            : `objective: at most ${objectives.lostWrites}`,
    },
    {
      ...{ name: "Nobody could write", check: "downtime", isFirst: true },
      value: downtime.seconds === null ? "not known" : `${moreThan(downtime.censored)}${seconds(downtime.seconds)}`,
      more: pieces === 0 ? "" : pieces === 1 ? "in one piece" : `in ${pieces} pieces`,
      objective: "no objective",
    },
    {
      ...{ name: "RTO", check: "rto", isFirst: true },
      value:
        rto.seconds !== null
          ? seconds(rto.seconds)
          : rto.censoredAtSeconds !== null
            ? `more than ${seconds(rto.censoredAtSeconds)}`
            : unknown("rto"),
      more:
        rto.seconds === null && rto.censoredAtSeconds !== null
          ? "no end observed before the load ended"
          : afterRto(rto).join("; "),
      objective: `objective ${objectives.rtoSeconds} s`,
    },
    {
      ...{ name: "RPO", check: "rpo", isFirst: true },
      value:
        rpo.seconds !== null ? seconds(rpo.seconds) : besideRpo(rpo).length > 0 ? "no time applies" : unknown("rpo"),
      more: rpo.count === null ? "" : [plural(rpo.count, "write"), ...besideRpo(rpo)].join("; "),
      objective: `objective ${objectives.rpoSeconds} s`,
    },
    {
      ...{ name: "Availability", check: "availability" },
      value: availability.byTime === null ? "not known" : percent(availability.byTime),
      more: availability.byCount === null ? "" : `of the time; ${percent(availability.byCount)} of the writes`,
      objective: target === null ? "no objective" : `objective ${percent(target.share)} over ${target.periodDays} days`,
    },
    {
      ...{ name: "Redundancy restored", check: "redundancy" },
      value:
        redundancy.seconds !== null
          ? `after ${seconds(redundancy.seconds)}`
          : redundancy.censoredAtSeconds !== null
            ? `not within ${seconds(redundancy.censoredAtSeconds)}`
            : unknown("redundancy"),
      more: "",
      objective: objectives.redundancySeconds === null ? "no objective" : `objective ${objectives.redundancySeconds} s`,
    },
    {
      ...{ name: "Writes", check: null },
      value: String(writes.attempted),
      more: `${writes.acknowledged} acknowledged, ${writes.failed} failed, ${writes.indeterminate} unknown`,
      objective: "",
    },
  ];
}

function figureHtml({ name, check, isFirst, value, more, objective }: Figure, { checks }: Verdict): Html {
  const word = check === null ? null : (checks.find(({ name }) => name === check)?.verdict ?? "inconclusive");
  return html`<div class="figure ${isFirst ? "" : "small "}${word ?? ""}"><dt>${name}</dt><dd class="value">${value}</dd><dd>${more}</dd><dd>${objective}</dd><dd>${word === null ? null : wordHtml(word)}</dd></div>`;
}

const SIGNS: Record<CheckWord, string> = {
  holds: "✓",
  broken: "✗",
  inconclusive: "?",
  "no-objective": "·",
  "not-examined": "–",
};

export function wordHtml(word: CheckWord): Html {
  return html`<span class="check ${word}"><span aria-hidden="true">${SIGNS[word]}</span> ${word.replace("-", " ")}</span>`;
}

/** The split of the RTO, to scale. */
function splitBar({ rto }: Measures): Html {
  const { seconds: whole, detect, switch: switched, resume } = rto;
  if (whole === null || detect === null || switched === null || resume === null) return html``;
  const parts = Object.entries({ detect, switch: switched, resume });
  let at = 0;
  const bars = parts.map(([name, part]) => {
    const [x, width] = [at, whole > 0 ? (100 * part) / whole : 0];
    at += width;
    return html`<svg x="${x}%" width="${width}%" height="100%"><rect class="${name}" width="100%" height="100%"/>${
      width > 12 ? html`<text x="8" y="18">${name}</text>` : null
    }</svg>`;
  });
  const words = parts.map(
    ([name, part]) => html`<li><span class="swatch ${name}"></span>${name} ${seconds(part)}</li>`,
  );
  return html`<figure class="split"><figcaption>RTO, ${seconds(whole)} from the fault until service was back for good, to scale</figcaption>
<svg role="img" aria-label="${parts.map(([name, part]) => `${name} ${seconds(part)}`).join(", ")}" width="100%" height="28">${bars}</svg>
<ul class="legend">${words}</ul></figure>`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function moreThan(censored: boolean): string {
  return censored ? "more than " : "";
}

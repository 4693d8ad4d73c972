/** The plan of a drill on one page, before anything starts: people agree to it, and later compare it with what happened. */
import type { BulkExport } from "../model/plan/bulk-export.ts";
import type { Config, Objectives } from "../model/plan/config.ts";
import { recordBytes, sizeText, walBytes } from "../model/plan/record-size.ts";
import { type Act, actsOf, loadTimes, type Scenario, stagesOf, warmUpTimes } from "../model/plan/scenario.ts";
import { wrap } from "./wrap.ts";

const LABEL = 13;

/** `command`: runs the drill; `null` if more text comes before it. `freeBytes`: free disk space in the results folder. */
export function planText(
  scenario: Scenario,
  config: Config,
  { command, freeBytes }: { command: string | null; freeBytes: number },
): string {
  const { load, start, disaster, bulkExport } = scenario;
  const { least } = warmUpTimes(load);
  const times = loadTimes(scenario);
  const mix = Object.entries(load.mix).flatMap(([kind, weight]) => (weight > 0 ? [`${weight} ${kind}`] : []));
  const steps: [number, string][] = [
    [0, `warm-up: the rate rises to ${load.ratePerSecond} writes/s, and the service becomes steady`],
    [least, "the load begins; if the service is not steady yet, this and everything below starts later"],
    [least + times.baseline, "baseline: what the outage is compared with"],
    ...actsOf(scenario).map((act): [number, string] => [
      least + times.faults + act.afterSeconds,
      actText(act, disaster),
    ]),
    ...rateTexts(scenario).map(([seconds, text]): [number, string] => [least + seconds, text]),
    [least + times.end, "the load ends; the content of each site is read and judged"],
  ];
  return [
    `PLAN  ${scenario.name} × ${config.name}`,
    ...field("question", scenario.asks),
    ...field("good answer", scenario.goodAnswer),
    ...field("config", config.is),
    ...field("objectives", objectivesText(config.objectives)),
    ...(config.own === null ? field("start", beginning(start)) : []),
    ...(bulkExport === null ? [] : field("bulk export", exportText(bulkExport))),
    ...field(
      "load",
      `${mix.join(" : ")}${formText(load)}; a write times out after ${load.timeoutSeconds} s${sharedBy(load)}${besides(load)}`,
    ),
    ...field("disk", diskText(scenario, config, freeBytes)),
    "",
    ...inTime(steps).flatMap(([seconds, text]) => wrap(`${String(seconds).padStart(LABEL - 4)} s  `, LABEL, text)),
    "",
    ...(command === null ? [] : field("command", command)),
  ].join("\n");
}

function actText(act: Act, disaster: number | null): string {
  const { kind, afterSeconds: _, ...details } = act.does === "order" ? act.order : act.fault;
  const shown = Object.entries(details).filter(([key]) => key !== "healAfterSeconds");
  const what = `${kind}${shown.length > 0 ? ` (${shown.map(([key, value]) => detailText(key, value)).join(", ")})` : ""}`;
  if (act.does === "order") return `operation: ${what}, once any operation under way has ended`;
  if (act.does === "heal") return `healed: ${what}`;
  return `fault: ${what}, up to a second later${act.index === disaster ? "; RPO and RTO are measured from here" : ""}`;
}

/** "site A": the plan says of a site what everything else does, whatever the key is called in a record. */
function detailText(key: string, value: unknown): string {
  return key === "side" ? `site ${String(value).toUpperCase()}` : `${key} ${value}`;
}

/** Steps at the same time keep their order. */
function inTime(steps: readonly [number, string][]): [number, string][] {
  return steps.toSorted(([x], [y]) => x - y);
}

/** Each change of the rate, in seconds after the first write; empty if it is constant. */
function rateTexts(scenario: Scenario): [number, string][] {
  let [began, before] = [0, scenario.load.ratePerSecond];
  return stagesOf(scenario).flatMap(({ seconds, from, to }): [number, string][] => {
    const atSeconds = began;
    const was = before;
    began += seconds;
    before = to;
    if (from !== to) return [[atSeconds, `the rate rises evenly, to ${to} writes/s within ${seconds} s`]];
    if (from === was) return [];
    return [[atSeconds, from > was ? `the rate rises to ${to} writes/s` : `the rate is ${to} writes/s again`]];
  });
}

/** Empty for one runner, which readers assume anyway. */
function sharedBy({ runners = 1 }: Scenario["load"]): string {
  return runners === 1 ? "" : `; ${runners} runners share it`;
}

function formText({ bodies, bundleEntries, resources }: Scenario["load"]): string {
  const entries = bundleEntries === undefined ? "" : `, ${bundleEntries} resources a bundle`;
  const own = resources === undefined ? "" : `, ${resources.length} resources of your own in turn`;
  return `${entries}${own}${bodies === "realistic" ? ", of realistic size" : ""}`;
}

function besides({ reads }: Scenario["load"]): string {
  if (reads === undefined) return "";
  const what = { read: "reads", search: "searches", both: "reads and searches" }[reads.of];
  return `; plus ${reads.ratePerSecond} ${what}/s`;
}

function diskText(scenario: Scenario, { own }: Config, freeBytes: number): string {
  const bytes = recordBytes(scenario);
  const room = `the record takes about ${sizeText(bytes)}, and ${sizeText(freeBytes)} are free in the results folder`;
  const isRefused = bytes > freeBytes ? ": the drill would be refused" : "";
  return own === null
    ? `${room}${isRefused}; each site's database writes up to ${sizeText(walBytes(scenario))} of WAL in its container`
    : `${room}${isRefused}`;
}

function exportText({ level, waitSeconds }: BulkExport): string {
  return `requested at the level ${level} before the load, which begins up to four minutes later, so that the export is writing its files at the first fault or operation; waits up to ${waitSeconds} s after that for its end`;
}

function objectivesText({ rpoSeconds, rtoSeconds, lostWrites, redundancySeconds, availability }: Objectives): string {
  return [
    `RPO ${rpoSeconds} s`,
    `RTO ${rtoSeconds} s`,
    ...(lostWrites === null ? [] : [`at most ${lostWrites} writes lost`]),
    ...(redundancySeconds === null ? [] : [`redundancy restored within ${redundancySeconds} s`]),
    ...(availability === null
      ? []
      : [`availability ${Number((availability.share * 100).toFixed(3))} % over ${availability.periodDays} days`]),
  ].join(", ");
}

function beginning({ replicated, resources }: Scenario["start"]): string {
  const follows = replicated ? "B follows A" : "A is alone";
  return resources > 0 ? `${follows}, and A holds ${resources} resources` : `${follows}, and both are empty`;
}

export function field(label: string, text: string): string[] {
  return wrap(label.padEnd(LABEL), LABEL, text);
}

/** The plan of a drill on one page, before anything is started: to be agreed upon, and compared with what happened. */
import type { BulkExport } from "../model/plan/bulk-export.ts";
import type { Config, Objectives } from "../model/plan/config.ts";
import { recordBytes, sizeText, walBytes } from "../model/plan/record-size.ts";
import { type Act, actsOf, loadTimes, type Scenario, warmUpTimes } from "../model/plan/scenario.ts";
import { wrap } from "./wrap.ts";

const LABEL = 13;

/** `command`: how to run it; `null` where more is to be told before. `freeBytes`: the room where the results are. */
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
    [least, "the load begins; if the service is not steady yet, this and everything below is later"],
    [least + times.baseline, "baseline: what the outage is compared with"],
    ...actsOf(scenario).map((act): [number, string] => [
      least + times.faults + act.afterSeconds,
      actText(act, disaster),
    ]),
    [least + times.end, "the load ends; the content of each site is read and judged"],
  ];
  return [
    `PLAN  ${scenario.name} × ${config.name}`,
    ...field("question", scenario.asks),
    ...field("good answer", scenario.goodAnswer),
    ...field("config", config.is),
    ...field("objectives", promises(config.objectives)),
    ...(config.own === null ? field("start", beginning(start)) : []),
    ...(bulkExport === null ? [] : field("bulk export", exportText(bulkExport))),
    ...field("load", `${mix.join(" : ")}; a write times out after ${load.timeoutSeconds} s${sharedBy(load)}`),
    ...field("disk", diskText(scenario, config, freeBytes)),
    "",
    ...steps.flatMap(([seconds, text]) => wrap(`${String(seconds).padStart(LABEL - 4)} s  `, LABEL, text)),
    "",
    ...(command === null ? [] : field("command", command)),
  ].join("\n");
}

function actText(act: Act, disaster: number | null): string {
  const { kind, afterSeconds: _, ...details } = act.does === "order" ? act.order : act.fault;
  const told = Object.entries(details).filter(([key]) => key !== "healAfterSeconds");
  const what = `${kind}${told.length > 0 ? ` (${told.map(([key, value]) => `${key} ${value}`).join(", ")})` : ""}`;
  if (act.does === "order") return `operation: ${what}, once what is under way has ended`;
  if (act.does === "heal") return `healed: ${what}`;
  return `fault: ${what}, up to a second later${act.index === disaster ? "; RPO and RTO are measured from here" : ""}`;
}

/** Of one runner nothing is said: it is as everybody expects. */
function sharedBy({ runners = 1 }: Scenario["load"]): string {
  return runners === 1 ? "" : `; ${runners} runners share it`;
}

function diskText(scenario: Scenario, { own }: Config, freeBytes: number): string {
  const bytes = recordBytes(scenario);
  const room = `the record takes about ${sizeText(bytes)}, and ${sizeText(freeBytes)} are free where the results are`;
  const isRefused = bytes > freeBytes ? ": it would be refused" : "";
  return own === null
    ? `${room}${isRefused}; in its container each site's database logs up to ${sizeText(walBytes(scenario))}`
    : `${room}${isRefused}`;
}

function exportText({ level, waitSeconds }: BulkExport): string {
  return `asked for before the load at the level ${level}; it begins up to four minutes later, so that the export is writing its files at the first act; its end is waited for up to ${waitSeconds} s after that`;
}

function promises({ rpoSeconds, rtoSeconds, lostWrites, redundancySeconds, availability }: Objectives): string {
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

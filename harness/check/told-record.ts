/**
 * Recorded switches of the DNS record: as late as the configuration says, and seen by clients, except those who cannot
 * look it up. And no write went through B's endpoint before clients could know its address: at first the record has A's.
 */
import { OK } from "../model/columns/history.ts";
import { takesNames } from "../model/plan/fault.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { OperatorEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { statesOf } from "./facts.ts";
import { TOLERANCE_MS } from "./told-plans.ts";

/** What is wrong with them, one sentence each. */
export function wrongRecord(record: RunRecord): string[] {
  const { privateLink } = record.run;
  if (privateLink === null) return [];
  const switches = record.events.filter(
    (event): event is OperatorEvent => event.type === "operator" && event.step === "record-switched",
  );
  return [
    ...switches.flatMap((each) => wrongSwitch(each, privateLink[each.side].endpoint, record)),
    ...tooEarly(switches, privateLink.b.endpoint, record),
  ];
}

function wrongSwitch(event: OperatorEvent, endpoint: string | null, record: RunRecord): string[] {
  const { side, atMs, tookMs, detail } = event;
  const { config } = record.run;
  const at = `at ${(atMs / 1000).toFixed(3)} s`;
  const planned = config.privateLink?.recordSeconds ?? 0;
  const isEarly = tookMs < planned * 1000 - TOLERANCE_MS;
  const found: Record<SiteName, string | null> = { a: detail.foundInA ?? null, b: detail.foundInB ?? null };
  const missed = SITES.filter(
    (site) => found[site] !== endpoint && (found[site] !== null || !isNameless(site, event, record)),
  );
  return [
    ...(isEarly ? [`the record was switched ${at} after ${(tookMs / 1000).toFixed(3)} s, not ${planned} s`] : []),
    ...missed.map(
      (site) =>
        `clients in network ${site.toUpperCase()} found ${found[site] ?? "no address"} when the record was switched to ${side.toUpperCase()} ${at}`,
    ),
  ];
}

/** Whether clients of that network could not look anything up during the step, because of a fault. */
function isNameless(site: SiteName, { atMs, tookMs }: OperatorEvent, { run, events }: RunRecord): boolean {
  return run.scenario.faults.some((fault, index) => {
    const isLost = fault.kind === "region-loss" && fault.network === true && fault.side === site;
    if (!isLost && !takesNames(fault, site)) return false;
    const states = statesOf(events, index);
    const healed = states.find(({ state }) => state === "healed");
    const began = states.some((event) => event.state === "injecting" && event.atMs <= atMs);
    return began && (healed === undefined || healed.atMs >= atMs - tookMs);
  });
}

function tooEarly(switches: readonly OperatorEvent[], endpoint: string | null, { history }: RunRecord): string[] {
  const toB = switches.find(({ side }) => side === "b");
  const fromMs = toB === undefined ? Number.POSITIVE_INFINITY : toB.atMs - toB.tookMs;
  for (let i = 0; i < history.length; i += 1)
    if (history.outcome[i] === OK && history.viaAt(i) === endpoint && (history.completedMs[i] as number) < fromMs)
      return [`${history.idAt(i)} was acknowledged through B's endpoint before the record named it`];
  return [];
}

/**
 * The run as each client network saw it: the record with the writes of that network's runner alone, at that runner's
 * share of the rate. A network that is lost with its region takes its clients along: from then on it sends nothing.
 * What takes the names from the other network's clients only is no act here: it explains nothing that these clients see.
 */
import { takesNames } from "../model/plan/fault.ts";
import { otherSite, SITES, type SiteName } from "../model/plan/site.ts";
import type { DrillEvent, FaultEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { orderedAt, statesOf } from "./facts.ts";

/** The loss of a network together with its region, by the drill's clock. */
export interface NetworkLoss {
  fromMs: number;
  /** When its effect was seen; `Infinity`: never. */
  seenMs: number;
  /** When healing had been carried out, successful or not; `Infinity`: never. */
  untilMs: number;
  /** When a successful healing had been carried out; `Infinity`: never. */
  backMs: number;
}

export interface NetworkView {
  side: SiteName;
  record: RunRecord;
  losses: NetworkLoss[];
  /** When it was first lost with its region, by the drill's clock; `null`: never. */
  lostMs: number | null;
  /** When the last such loss had been healed; `null`: one of them never healed, or there was none. */
  backMs: number | null;
}

/** `null` if clients have no networks of their own. */
export function networksOf(record: RunRecord): NetworkView[] | null {
  const { privateLink } = record.run;
  if (privateLink === null) return null;
  return SITES.map((side) => {
    const losses = lossesOf(record, side);
    const backMs = Math.max(...losses.map((loss) => loss.backMs));
    return {
      ...{ side, record: ofNetwork(record, side, privateLink[side].runner), losses },
      lostMs: losses.length === 0 ? null : Math.min(...losses.map(({ fromMs }) => fromMs)),
      backMs: Number.isFinite(backMs) ? backMs : null,
    };
  });
}

function ofNetwork(record: RunRecord, side: SiteName, runner: string): RunRecord {
  const { events, history, run } = record;
  const places = Uint32Array.from(
    (function* () {
      for (let i = 0; i < history.length; i += 1) if (history.runnerAt(i) === runner) yield i;
    })(),
  );
  const { scenario } = run;
  const load = { ...scenario.load, ratePerSecond: scenario.load.ratePerSecond / SITES.length };
  return {
    ...{ ...record, history: history.pick(places), run: { ...run, scenario: { ...scenario, load } } },
    events: events.filter((event) => !isOfOtherNames(event, scenario, side)),
  };
}

/** The disaster starts the clocks of both networks, whatever it is. */
function isOfOtherNames(
  event: DrillEvent,
  { faults, disaster }: RunRecord["run"]["scenario"],
  side: SiteName,
): boolean {
  if (event.type !== "fault" || event.fault === disaster) return false;
  const fault = faults[event.fault];
  return fault !== undefined && takesNames(fault, otherSite(side));
}

function lossesOf({ run, events }: RunRecord, side: SiteName): NetworkLoss[] {
  return run.scenario.faults.flatMap((fault, index) => {
    if (fault.kind !== "region-loss" || fault.side !== side || !fault.network) return [];
    const states = statesOf(events, index);
    const stateOf = (...any: FaultEvent["state"][]) => states.find(({ state }) => any.includes(state));
    const began = stateOf("injecting");
    if (began === undefined) return [];
    const healed = stateOf("healed");
    return {
      fromMs: began.atMs,
      seenMs: stateOf("evidenced")?.atMs ?? Number.POSITIVE_INFINITY,
      untilMs: stateOf("healed", "not-healed")?.detail.orderedMs ?? Number.POSITIVE_INFINITY,
      backMs: healed ? orderedAt(healed) : Number.POSITIVE_INFINITY,
    };
  });
}

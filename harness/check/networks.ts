/**
 * The run as each client network saw it: its record with the writes of that network's runner alone, and at that runner's part
 * of the rate. A network that is lost with its region takes its clients along: from then on nobody is there who could ask.
 */
import { SIDES, type Side } from "../model/plan/side.ts";
import type { RunRecord } from "../model/record/record.ts";
import { statesOf } from "./facts.ts";

export interface NetworkView {
  side: Side;
  record: RunRecord;
  /** When its region was lost with it, by the drill's clock; `null`: never. */
  lostMs: number | null;
  /** When the last such loss was told to heal; `null`: one never was. */
  backMs: number | null;
}

/** `null` where clients are in no networks of their own. */
export function networksOf(record: RunRecord): NetworkView[] | null {
  const { privateLink } = record.run;
  if (privateLink === null) return null;
  return SIDES.map((side) => ({
    side,
    record: ofRunner(record, privateLink[side].runner),
    ...lossOf(record, side),
  }));
}

function ofRunner(record: RunRecord, runner: string): RunRecord {
  const { history, run } = record;
  const places = Uint32Array.from(
    (function* () {
      for (let i = 0; i < history.length; i += 1) if (history.runnerAt(i) === runner) yield i;
    })(),
  );
  const { scenario } = run;
  const load = { ...scenario.load, ratePerSecond: scenario.load.ratePerSecond / SIDES.length };
  return { ...record, history: history.pick(places), run: { ...run, scenario: { ...scenario, load } } };
}

function lossOf({ run, events }: RunRecord, side: Side): Pick<NetworkView, "lostMs" | "backMs"> {
  const losses = run.scenario.faults.flatMap((fault, index) => {
    if (fault.kind !== "region-loss" || fault.side !== side || !fault.network) return [];
    const states = statesOf(events, index);
    const began = states.find(({ state }) => state === "injecting");
    const healed = states.find(({ state }) => state === "healed");
    return began === undefined
      ? []
      : [{ fromMs: began.atMs, toMs: healed && Number(healed.detail.orderedMs ?? healed.atMs) }];
  });
  if (losses.length === 0) return { lostMs: null, backMs: null };
  const ends = losses.map(({ toMs }) => toMs ?? Number.POSITIVE_INFINITY);
  const backMs = Math.max(...ends);
  return { lostMs: Math.min(...losses.map(({ fromMs }) => fromMs)), backMs: Number.isFinite(backMs) ? backMs : null };
}

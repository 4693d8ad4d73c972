/**
 * A random scenario: what breaks, where and when is drawn from the seed, so the same seed gives the same scenario. Each
 * fault has its own target: two faults on one target would hide each other's evidence.
 */
import { chance } from "../harness/model/load/write.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

type Timed = Pick<FaultSpec, "afterSeconds" | "healAfterSeconds">;

const PALETTE: readonly ((times: Timed) => FaultSpec)[] = [
  (times) => ({ kind: "link-cut", link: "replication", ...times }),
  (times) => ({ kind: "packet-drop", link: "hapi-a", direction: "answer", ...times }),
  (times) => ({ kind: "link-latency", link: "pg-a", latencyMs: 40, jitterMs: 20, ...times }),
  (times) => ({ kind: "message-loss", link: "edge", lost: "acknowledgement", ...times }),
  (times) => ({ kind: "freeze", part: "pg-b", ...times }),
  (times) => ({ kind: "cpu-starvation", part: "hapi-a", cores: 0.3, ...times }),
  (times) => ({ kind: "process-kill", part: "nginx", ...times }),
];

const MOST = 3;
/** Faults begin within this time; each lasts at most `LASTS_SECONDS`. */
const WITHIN_SECONDS = 15;
const LASTS_SECONDS = 10;
/** The share of scenarios in which the region is lost after all other faults. */
const LOSS_SHARE = 0.6;

export function randomScenario(seed: number): Scenario {
  // Writes are numbered from 0; the harness uses the first few numbers below 0.
  let drawn = -100;
  const draw = () => {
    drawn -= 1;
    return chance(seed, drawn);
  };
  const count = 1 + Math.floor(draw() * MOST);
  const chosen = PALETTE.map((make) => ({ make, place: draw() })).toSorted((x, y) => x.place - y.place);
  const seconds = (least: number, most: number) => Math.round((least + draw() * (most - least)) * 10) / 10;
  const faults = chosen
    .slice(0, count)
    .map(({ make }) => make({ afterSeconds: seconds(0, WITHIN_SECONDS), healAfterSeconds: seconds(2, LASTS_SECONDS) }));
  const ends = faults.map((fault) => fault.afterSeconds + (fault.healAfterSeconds ?? 0));
  if (draw() < LOSS_SHARE)
    faults.push({ kind: "region-loss", side: "a", how: "refusal", afterSeconds: Math.max(...ends) + 3 });
  const disaster = faults.at(-1)?.kind === "region-loss" ? faults.length - 1 : 0;
  return { ...RANDOM, faults, disaster };
}

const RANDOM = {
  ...regionLoss,
  name: "random",
  asks: "Faults drawn from the seed occur one after another or at once. Does the system survive combinations that nobody planned for?",
  goodAnswer: "No more acknowledged writes are lost than the configuration allows, and writes go on in the end.",
};

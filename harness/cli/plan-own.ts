/** `plan --system`: inspects the user's own system, then shows what a drill would do to it and the command that agrees to it. */
import { CHECKERS } from "../check/judge.ts";
import { ownPlanText } from "../console/own-plan-text.ts";
import { lackOf } from "../model/plan/capability.ts";
import { planHash } from "../model/plan/own-plan.ts";
import { startClock } from "../model/record/clock.ts";
import { reachOf } from "../run/own-prerequisites.ts";
import { rehearseOn } from "../run/rehearse.ts";
import { freeBytes } from "../store/free-space.ts";
import { RESULTS } from "../store/results.ts";
import { capabilitiesOfOwn, databasesOf } from "../systems/attached/attach.ts";
import { edgeOf } from "../systems/attached/edge.ts";
import { lookAt } from "../systems/attached/look.ts";
import { Secrets } from "../systems/attached/secret.ts";
import { chosenOwn, ownCommandOf } from "./own.ts";
import type { PlanOptions } from "./plan.ts";
import type { LoadedSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

export async function planOwn(
  settings: LoadedSettings,
  scenario: string | undefined,
  { system, seed, rate, irreversible }: PlanOptions & { system: string; seed: number },
): Promise<void> {
  const chosen = chosenOwn(settings, { system, scenario, irreversible });
  const { name, own } = chosen;
  const secrets = new Secrets();
  const edge = await edgeOf(own.fhir, secrets);
  const reach = await reachOf(own);
  const looked = await lookAt({
    name,
    own,
    ...reach,
    ask: edge.askPatiently,
    databases: await databasesOf(own, secrets),
    now: startClock(),
  });
  const evicted = await rehearseOn(reach, { own, scenario: chosen.scenario, targets: looked.targets });
  const has = capabilitiesOfOwn(own);
  const dark = CHECKERS.filter(({ needs = [] }) => lackOf(needs, has) !== null).map(({ name }) => name);
  const hash = planHash({ ...chosen, targets: looked.targets, evicted });
  const command = ownCommandOf(chosen, { seed, rate, irreversible }, hash);
  print(`${ownPlanText({ ...chosen, looked, evicted, dark, hash, command, freeBytes: freeBytes(RESULTS) })}\n`);
}

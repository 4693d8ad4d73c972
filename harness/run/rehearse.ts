/** Whether what is to be broken may be broken, asked of whoever would do it, as far as they can be asked without doing it. */
import type { OwnSystem } from "../model/plan/own-system.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import type { FoundTarget } from "../systems/attached/find.ts";
import { isPod } from "../systems/attached/kubernetes/find-pods.ts";
import { rehearse } from "../systems/attached/kubernetes/rehearse.ts";
import type { Reach } from "./own-prerequisites.ts";

/** An engine cannot be asked. Throws a usage failure that says what is not allowed; resolves with whose pods would be evicted. */
export async function rehearseOn(
  { cluster }: Pick<Reach, "cluster">,
  { own, scenario, targets }: { own: OwnSystem; scenario: Scenario; targets: readonly FoundTarget[] },
): Promise<string[]> {
  if (cluster === null || own.kubernetes === undefined) return [];
  return rehearse(cluster, { own, scenario, targets: targets.filter(isPod), tools: own.kubernetes.images.tools });
}

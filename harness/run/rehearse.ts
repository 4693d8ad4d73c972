/** Checks, as far as a dry run can, whether the drill is allowed to inject its faults. */
import type { OwnSystem } from "../model/plan/own-system.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import type { FoundTarget } from "../systems/attached/find.ts";
import { isPod } from "../systems/attached/kubernetes/find-pods.ts";
import { rehearse } from "../systems/attached/kubernetes/rehearse.ts";
import type { Reach } from "./own-prerequisites.ts";

/**
 * Only a cluster offers dry runs; an engine does not. Resolves with whose pods would be evicted. Throws a usage failure
 * that says what is not allowed.
 */
export async function rehearseOn(
  { cluster }: Pick<Reach, "cluster">,
  { own, scenario, targets }: { own: OwnSystem; scenario: Scenario; targets: readonly FoundTarget[] },
): Promise<string[]> {
  if (cluster === null || own.kubernetes === undefined) return [];
  return rehearse(cluster, { own, scenario, targets: targets.filter(isPod), tools: own.kubernetes.images.tools });
}

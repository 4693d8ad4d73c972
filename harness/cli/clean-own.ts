/** `clean --system`: deletes, by their tag, the resources that drills wrote into the user's system, up to a limit. */
import { OF_ANY_DRILL, tagBesideOf, tagOf } from "../model/load/tag.ts";
import { edgeOf } from "../systems/attached/edge.ts";
import { clusterOf } from "../systems/attached/kubernetes/cluster.ts";
import { removeAbandonedFrom } from "../systems/attached/kubernetes/remove-run.ts";
import { removeTagged } from "../systems/attached/remove-tagged.ts";
import { Secrets } from "../systems/attached/secret.ts";
import { ownNamed } from "./own.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

export async function cleanOwn(name: string, seed: number | undefined): Promise<number> {
  const own = ownNamed(await loadSettings(), name);
  if (own.kubernetes !== undefined && (await removeAbandonedFrom(clusterOf(own.kubernetes))) > 0)
    print("stopped the load of a killed drill\n");
  const { askPatiently } = await edgeOf(own.fhir, new Secrets());
  const removed = await removeTagged(
    askPatiently,
    seed === undefined ? [OF_ANY_DRILL] : [tagOf(seed), tagBesideOf(seed)],
    own.guard.maxWrites,
  );
  for (const [type, count] of Object.entries(removed.deleted)) print(`deleted ${count} ${type}\n`);
  for (const why of removed.refused) print(`left ${why}\n`);
  return removed.refused.length === 0 ? 0 : 2;
}

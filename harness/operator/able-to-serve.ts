/**
 * Whether a site could take over now. Checked before anything is done to the serving site: when the primary waits for
 * its follower, losing the follower alone stops all writes and looks like losing the primary.
 */

import type { SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { System } from "../system/system.ts";

const DATABASE_MS = 1000;
const SERVER_MS = 2000;

/** `null` when the site's database answers and its FHIR server is ready; otherwise which of the two is not, and why. */
export async function whyUnable({ postgres, hapi }: Pick<System, "postgres" | "hapi">, side: SiteName) {
  const name = side.toUpperCase();
  const [database, server] = await Promise.all([
    postgres[side].query("select 1", [], DATABASE_MS).then(() => null, reasonOf),
    hapi[side].isReady(SERVER_MS).then((ready) => (ready ? null : "it reports that it is not ready"), reasonOf),
  ]);
  if (database !== null) return `database ${name} does not answer: ${database}`;
  return server === null ? null : `HAPI ${name} is not ready: ${server}`;
}

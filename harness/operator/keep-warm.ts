/**
 * Keeps a follower's server warm. A server that has never served loads classes, fills caches and opens connections for
 * its first clients, which adds to the RTO.
 *
 * It gets writes that change nothing: a resource that both sites hold, with the content it already has, alone and in a
 * transaction. HAPI processes them until it finds nothing to store, so they succeed on a read-only database. Real
 * writes, which the fence refuses, would warm no more than that, and each would leave 17 KB in the server's log.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { STANDBY, STANDBY_IDENTIFIER } from "../model/load/standby.ts";
import type { Config } from "../model/plan/config.ts";
import type { Address } from "../system/address.ts";
import { askAt } from "../system/edge.ts";
import type { Roles } from "../system/roles.ts";
import { sendWrite } from "../system/send-write.ts";
import type { System } from "../system/system.ts";

/** Rounds until the server is warm. After that, only its connections and caches need to be kept. */
const ROUNDS_TO_WARM = 150;
const EVERY_MS = { cold: 100, warm: 1000 };
const TIMEOUT_MS = 2000;
/** One write in this many is a transaction. */
const TRANSACTION_EVERY = 4;

const PUT = { ...STANDBY, method: "PUT" } as const;
const { id: _, ...WITHOUT_ID } = STANDBY.body;
/** The conditional create finds the resource and creates nothing. */
const TRANSACTION = {
  id: STANDBY.id,
  method: "POST",
  path: "",
  body: {
    resourceType: "Bundle",
    type: "transaction",
    entry: [
      { resource: STANDBY.body, request: { method: "PUT", url: PUT.path } },
      {
        resource: WITHOUT_ID,
        request: {
          method: "POST",
          url: "Patient",
          ifNoneExist: `identifier=${STANDBY_IDENTIFIER.system}|${STANDBY_IDENTIFIER.value}`,
        },
      },
    ],
  },
} as const;

/**
 * Keeps the follower warm until `signal` is aborted. Without fencing, nothing is sent: a write that changes something
 * would be stored.
 */
export async function keepWarm(
  system: Pick<System, "links">,
  { fencing, operator }: Pick<Config, "fencing" | "operator">,
  roles: () => Roles,
  signal: AbortSignal,
): Promise<void> {
  if (!fencing || operator.standby === "cold") return;
  const addressOf = (side: Roles["primary"]) => system.links.addressOf(`hapi-${side}`);
  let madeOn: Roles["primary"] | null = null;
  for (let round = 0; !signal.aborted; round += 1) {
    const { primary, follower } = roles();
    if (madeOn !== primary && (await sendWrite(askAt(addressOf(primary)), PUT, TIMEOUT_MS)).acknowledged)
      madeOn = primary;
    // A server that did not answer, or was rebuilt, is cold when it comes back.
    if (follower === null || !(await holdsIt(addressOf(follower)))) round = 0;
    else await sendWrite(askAt(addressOf(follower)), round % TRANSACTION_EVERY === 0 ? TRANSACTION : PUT, TIMEOUT_MS);
    await sleep(round < ROUNDS_TO_WARM ? EVERY_MS.cold : EVERY_MS.warm, undefined, { signal }).catch(() => {});
  }
}

/** The follower gets the resource some time after the primary. This read also warms the server. */
async function holdsIt(address: Address): Promise<boolean> {
  try {
    const answer = await fetch(`http://${address}/fhir/${PUT.path}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

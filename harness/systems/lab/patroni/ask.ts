/** One site's Patroni's answer to who is the primary, in a drill's terms. */

import { SITES, type SiteName } from "../../../model/plan/site.ts";
import { reasonOf } from "../../../model/program/failure.ts";
import type { PrimaryProbe } from "../../../model/record/probe.ts";
import type { Said } from "../../../system/self-failover.ts";
import type { Cluster, Rest, Status, TimelineHistory } from "./rest.ts";
import { memberName } from "./settings.ts";

interface Asking {
  withHistory?: boolean | undefined;
  /** What Patroni calls each site's member. */
  nameOf?: (side: SiteName) => string;
}

/** Never rejects: that it does not answer is an answer, too. */
export async function askMember(
  side: SiteName,
  { status, cluster, history }: Pick<Rest, "status" | "cluster" | "history">,
  { withHistory = false, nameOf = memberName }: Asking = {},
): Promise<Said> {
  const asked = [status(), cluster()] as const;
  if (!withHistory) return saidBy(side, ...(await Promise.allSettled(asked)), nameOf);
  const [ofStatus, ofCluster, ofHistory] = await Promise.allSettled([...asked, history()] as const);
  return { ...saidBy(side, ofStatus, ofCluster, nameOf), history: historyBy(ofHistory, nameOf) };
}

/** `null` without an answer. */
function historyBy(
  history: PromiseSettledResult<TimelineHistory>,
  nameOf: (side: SiteName) => string,
): Exclude<PrimaryProbe["history"], undefined> {
  if (history.status === "rejected") return null;
  const siteOf = (leader: string | null) => SITES.find((side) => nameOf(side) === leader) ?? null;
  return history.value.map((ended) => ({ ...ended, side: siteOf(ended.leader) }));
}

export function saidBy(
  side: SiteName,
  status: PromiseSettledResult<Status>,
  cluster: PromiseSettledResult<Cluster>,
  nameOf: (side: SiteName) => string = memberName,
): Said {
  const failed = [status, cluster].find((answer) => answer.status === "rejected");
  const members = cluster.status === "fulfilled" ? cluster.value.members : null;
  const lag = members?.find(({ name }) => name === nameOf(side))?.lag;
  return {
    server: status.status === "fulfilled" ? serverOf(status.value) : null,
    lock: members && { holder: SITES.find((each) => isLeader(members, each, nameOf)) ?? null },
    lagBytes: typeof lag === "number" ? lag : null,
    why: failed?.status === "rejected" ? reasonOf(failed.reason) : null,
  };
}

/** When Patroni cannot ask its server, it answers from memory, without a timeline. */
function serverOf({ role, state, timeline, replication_state }: Status): PrimaryProbe["server"] {
  const known = role === "primary" || role === "replica" ? role : "unknown";
  return {
    role: timeline == null ? "unknown" : known,
    state: replication_state ?? state,
    timeline: timeline ?? null,
  };
}

/** Whether it holds the lock, alive or not. */
export function isLeader(members: Cluster["members"], side: SiteName, nameOf = memberName): boolean {
  return members.some(({ name, role }) => name === nameOf(side) && role === "leader");
}

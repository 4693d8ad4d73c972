/**
 * Replays what only the lost site held through the primary's FHIR API: each database transaction as one FHIR
 * transaction, in order, under the write's own id. Only without conflicts: each resource must be as the write found it,
 * either absent or in the preceding version by the same writer as on the lost site. Otherwise the whole transaction is
 * left out, and so is every later one that builds on it.
 */
import type { StrandedVersion } from "../model/record/stranded.ts";
import type { FhirServer } from "../system/fhir-server.ts";

export interface Replay {
  replayed: number;
  /** Already there, from an earlier attempt or a client's retry. */
  present: number;
  conflicts: string[];
}

export async function replay(
  versions: readonly StrandedVersion[],
  primary: Pick<FhirServer, "request">,
): Promise<Replay> {
  const result: Replay = { replayed: 0, present: 0, conflicts: [] };
  const conflicting = new Set<string>();
  for (const transaction of Map.groupBy(versions, (version) => version.transaction).values()) {
    const outcome = transaction.some(({ resource }) => conflicting.has(resource))
      ? "conflict"
      : await again(transaction, primary);
    if (outcome === "conflict") {
      for (const { resource } of transaction) conflicting.add(resource);
      result.conflicts.push(...transaction.map(({ resource, version, write }) => `${resource}/${version} of ${write}`));
    } else result[outcome] += transaction.length;
  }
  return result;
}

async function again(
  versions: readonly StrandedVersion[],
  primary: Pick<FhirServer, "request">,
): Promise<"replayed" | "present" | "conflict"> {
  // A deletion does not show who made it.
  if (versions.some(({ body }) => body === null)) return "conflict";
  const standing = await Promise.all(versions.map((version) => standingOf(version, primary)));
  if (standing.every((is) => is === "present")) return "present";
  if (!standing.every((is) => is === "as found")) return "conflict";
  const entry = versions.map(({ resource, version, body }) => ({
    resource: { ...body, id: resource.split("/")[1] },
    request: { method: "PUT", url: resource, ...(version === 1 ? {} : { ifMatch: `W/"${version - 1}"` }) },
  }));
  const answer = await primary.request("", {
    method: "POST",
    headers: { "Content-Type": "application/fhir+json", "X-Request-ID": versions[0]?.write ?? "" },
    body: JSON.stringify({ resourceType: "Bundle", type: "transaction", entry }),
  });
  await answer.arrayBuffer();
  if (answer.ok) return "replayed";
  // Another writer changed a resource meanwhile.
  if (answer.status === 409 || answer.status === 412) return "conflict";
  throw new Error(`${versions[0]?.resource} could not be replayed: status ${answer.status}`);
}

async function standingOf(
  { resource, version, write }: StrandedVersion,
  primary: Pick<FhirServer, "request">,
): Promise<"as found" | "present" | "other"> {
  const answer = await primary.request(resource, { headers: { "Cache-Control": "no-cache" } });
  const text = await answer.text();
  if (answer.status === 404) return version === 1 ? "as found" : "other";
  if (answer.status === 410) return "other";
  if (answer.status !== 200) throw new Error(`${resource} cannot be read: status ${answer.status}`);
  const { meta } = JSON.parse(text) as { meta: { versionId: string; source?: string } };
  if (meta.source?.endsWith(`#${write}`)) return "present";
  return Number(meta.versionId) === version - 1 ? "as found" : "other";
}

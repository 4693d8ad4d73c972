/**
 * What a client does about an unacknowledged write.
 *
 * `none`: it sends each write once. `same-id`: it resends the unchanged write up to twice; a server that already
 * carried it out does it again. `conditional-create`: the same, but each create, from the first attempt on, requires
 * that no resource has the write's identifier. A PUT needs no such condition: it names its resource, and an update
 * names the expected version. A transaction would need a condition for each entry, but its two observations share an
 * identifier, so a careful client sends it once.
 *
 * This file runs in k6 and in Node: it imports nothing but such files.
 */
import { IDENTIFIER_SYSTEM, type PlannedWrite, type WriteKind } from "../load/write.ts";

export const CLIENT_RETRIES = ["none", "same-id", "conditional-create"] as const;
export type ClientRetry = (typeof CLIENT_RETRIES)[number];

const MOST = 3;

/** How often a write of that kind is sent at most. */
export function attemptsFor(retry: ClientRetry, kind: WriteKind): number {
  if (retry === "none" || (retry === "conditional-create" && kind === "bundle")) return 1;
  return MOST;
}

/** No answer, or a server's or proxy's error. Any other answer is about this write. */
export function isUnacknowledged(status: number): boolean {
  return status === 0 || status >= 500;
}

/** The headers that each attempt sends with the write. */
export function demandOf(retry: ClientRetry, { kind, id }: Pick<PlannedWrite, "kind" | "id">): Record<string, string> {
  if (retry !== "conditional-create" || kind !== "post") return {};
  return { "If-None-Exist": `identifier=${IDENTIFIER_SYSTEM}|${id}` };
}

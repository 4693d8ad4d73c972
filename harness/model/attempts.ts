/**
 * What a client does about a write that is not acknowledged.
 *
 * `none` sends each write once. `same-id` sends it again, as it was, up to twice: whoever carried it out already, and
 * could not say so, does it again. `conditional-create` tells the server with each create, from the first attempt on, to
 * carry it out only if no resource bears the write's identifier. A PUT needs no such word: it names its resource, and an
 * update the version that it wants to find. A transaction would need one for each of its entries, and its two
 * observations bear one identifier, which could not tell them apart: so a careful client sends it once.
 *
 * This file runs in k6 and in Node: it imports nothing but such files.
 */
import { IDENTIFIER_SYSTEM, type PlannedWrite, type WriteKind } from "./write.ts";

export const CLIENT_RETRIES = ["none", "same-id", "conditional-create"] as const;
export type ClientRetry = (typeof CLIENT_RETRIES)[number];

const MOST = 3;

/** How often a write of that kind is sent at most. */
export function attemptsFor(retry: ClientRetry, kind: WriteKind): number {
  if (retry === "none" || (retry === "conditional-create" && kind === "bundle")) return 1;
  return MOST;
}

/** No answer, or a server's or a proxy's word that it could not give one; anything else was meant for this write. */
export function isUnacknowledged(status: number): boolean {
  return status === 0 || status >= 500;
}

/** What is sent with each attempt besides the write. */
export function demandOf(retry: ClientRetry, { kind, id }: Pick<PlannedWrite, "kind" | "id">): Record<string, string> {
  if (retry !== "conditional-create" || kind !== "post") return {};
  return { "If-None-Exist": `identifier=${IDENTIFIER_SYSTEM}|${id}` };
}

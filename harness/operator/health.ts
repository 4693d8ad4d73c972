/**
 * The operator's health probe of a site: can it write? Only a write shows that: readiness and reads stay green on a
 * server whose database is fenced or down.
 */
import { reasonOf } from "../model/program/failure.ts";
import type { Address } from "../system/address.ts";

const CANARY = "Basic/fhirdrill-operator";

export interface Health {
  ok: boolean;
  why: string;
  /** No answer of any kind came in time. */
  late: boolean;
}

/** `address`: of the site's server. `round` makes each write a new one. */
export async function probeHealth(address: Address, round: number, timeoutMs: number): Promise<Health> {
  const body = { resourceType: "Basic", id: CANARY.split("/")[1], code: { text: `round ${round}` } };
  try {
    const answer = await fetch(`http://${address}/fhir/${CANARY}`, {
      method: "PUT",
      headers: { "Content-Type": "application/fhir+json", Prefer: "return=minimal" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.arrayBuffer();
    return { ok: answer.ok, why: `status ${answer.status}`, late: false };
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    return { ok: false, why: reasonOf(error instanceof Error ? (error.cause ?? error) : error), late };
  }
}

/**
 * Reads what the probe wrote; `null` when there is no answer. Callers need only the answer's headers.
 */
export async function readCanary(address: Address, timeoutMs: number): Promise<Response | null> {
  try {
    const answer = await fetch(`http://${address}/fhir/${CANARY}`, { signal: AbortSignal.timeout(timeoutMs) });
    await answer.arrayBuffer();
    return answer;
  } catch {
    return null;
  }
}

/**
 * Fills the primary before the load, through its FHIR server: transactions of many resources, several at once. Sent to
 * the server directly, because the proxy's time limits are not meant for these.
 */
import { seedBundle } from "../model/load/write.ts";
import type { FhirServer } from "../system/fhir-server.ts";
import { severalAtOnce } from "../system/several-at-once.ts";

const OF_A_BUNDLE = 100;
const SENDERS = 3;
const TIMEOUT_MS = 60_000;

/** Creates the resources numbered `from` up to but not including `to`. Seed and number determine the resource. */
export async function seedResources(
  hapi: Pick<FhirServer, "request">,
  seed: number,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<void> {
  const starts = Array.from({ length: Math.ceil((to - from) / OF_A_BUNDLE) }, (_, i) => from + i * OF_A_BUNDLE);
  await severalAtOnce(SENDERS, starts, async (start) => {
    signal?.throwIfAborted();
    const { id, body } = seedBundle(seed, start, Math.min(to, start + OF_A_BUNDLE));
    await send(hapi, { id, body });
  });
}

async function send(hapi: Pick<FhirServer, "request">, { id, body }: { id: string; body: object }): Promise<void> {
  const answer = await hapi.request("", {
    method: "POST",
    headers: { "Content-Type": "application/fhir+json", Prefer: "return=minimal", "X-Request-ID": id },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`seeding: ${id} was answered with ${answer.status}: ${text.slice(0, 300)}`);
}

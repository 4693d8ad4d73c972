/**
 * The start signal that the load waits for: a resource that the harness writes once the service is steady. If clients
 * may choose ids, it is read by its id; otherwise it is found by its identifier.
 *
 * This file runs in k6 and in Node: it imports nothing but such files.
 */
import { IDENTIFIER_SYSTEM, type PlannedWrite } from "./write.ts";

export interface StartSignal {
  /** The path that the load polls, below the FHIR base, without a leading slash. */
  look: string;
  write: Pick<PlannedWrite, "id" | "method" | "path" | "body">;
}

function signalId(seed: number): string {
  return `start-${seed.toString(36)}`;
}

export function startSignal(seed: number, { updateCreate }: { updateCreate: boolean }): StartSignal {
  const id = signalId(seed);
  const code = { text: "the load may begin" };
  if (updateCreate) {
    const path = `Basic/${id}`;
    return { look: path, write: { id, method: "PUT", path, body: { resourceType: "Basic", id, code } } };
  }
  const identifier = [{ system: IDENTIFIER_SYSTEM, value: id }];
  return {
    look: `Basic?identifier=${encodeURIComponent(`${IDENTIFIER_SYSTEM}|${id}`)}`,
    write: { id, method: "POST", path: "Basic", body: { resourceType: "Basic", identifier, code } },
  };
}

/** Whether the answer means that the load may begin. A search is answered with 200 even when it finds nothing. */
export function isGiven(seed: number, look: string, { status, body }: { status: number; body: unknown }): boolean {
  if (status !== 200) return false;
  return look.includes("?") ? isFound(String(body), signalId(seed)) : true;
}

interface Found {
  entry?: { resource?: { identifier?: { value?: string }[] } }[];
}

function isFound(bundle: string, id: string): boolean {
  try {
    const { entry = [] }: Found = JSON.parse(bundle);
    return entry.some(({ resource }) => resource?.identifier?.some(({ value }) => value === id));
  } catch {
    return false;
  }
}

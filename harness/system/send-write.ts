/** Writes that the harness itself sends, like a client. */

import { type Tag, tagged } from "../model/load/tag.ts";
import type { PlannedWrite } from "../model/load/write.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { Ask } from "./fhir-server.ts";

export type OwnWrite = Pick<PlannedWrite, "id" | "method" | "path" | "body"> & {
  /** Conditional headers. */
  demand?: Record<string, string>;
};

export interface WriteAnswer {
  /** HTTP status; 0 when no answer came. */
  status: number;
  acknowledged: boolean;
  /** `W/"1"`; empty without one. */
  etag: string;
  /** `Content-Location` or `Location`; empty without one. */
  location: string;
  body: string;
  /** As the proxy reports it; else empty. */
  servedBy: string;
  retryAfter: string | null;
  /** For people: the status with the first lines of the server's explanation, or why no answer came. */
  why: string;
}

export type Send = (write: OwnWrite) => Promise<WriteAnswer>;

const SHOWN_CHARACTERS = 200;

/** Sends a run's writes to the service outside its load. */
export function sendTagged(ask: Ask, tags: readonly Tag[], timeoutMs: number): Send {
  return (write) => sendWrite(ask, { ...write, body: tagged(write.body, tags) }, timeoutMs);
}

/** Never rejects: no answer is a result, too. */
export async function sendWrite(
  ask: Ask,
  { id, method, path, body, demand }: OwnWrite,
  timeoutMs: number,
): Promise<WriteAnswer> {
  try {
    const answer = await ask(path, {
      method,
      headers: { "Content-Type": "application/fhir+json", Prefer: "return=minimal", "X-Request-ID": id, ...demand },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.text();
    const { status, ok: acknowledged, headers } = answer;
    return {
      ...{ status, acknowledged, body: text, why: acknowledged ? `status ${status}` : wordsOf(status, text) },
      etag: headers.get("ETag") ?? "",
      location: headers.get("Content-Location") ?? headers.get("Location") ?? "",
      servedBy: headers.get("X-Served-By") ?? "",
      retryAfter: headers.get("Retry-After"),
    };
  } catch (error) {
    const why = reasonOf(error instanceof Error ? (error.cause ?? error) : error);
    return {
      ...{ status: 0, acknowledged: false, etag: "", location: "", body: "", servedBy: "", retryAfter: null, why },
    };
  }
}

/** An answer for people: the status and the first characters of the body. */
export function wordsOf(status: number, text: string): string {
  return `status ${status}: ${text.replace(/\s+/g, " ").slice(0, SHOWN_CHARACTERS)}`;
}

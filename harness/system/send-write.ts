/** A write that the harness itself sends, as a client would. */
import { reasonOf } from "../model/failure.ts";
import type { PlannedWrite } from "../model/load/write.ts";
import type { Ask } from "./fhir-server.ts";

export interface WriteAnswer {
  /** HTTP status; 0 when no answer came. */
  status: number;
  acknowledged: boolean;
  /** `W/"1"`; empty when there is none. */
  etag: string;
  /** For people: the status with the first lines of the server's explanation, or why no answer came. */
  why: string;
}

const SHOWN_CHARACTERS = 200;

/** Never rejects: no answer is an answer, too. */
export async function sendWrite(
  ask: Ask,
  { id, method, path, body }: Pick<PlannedWrite, "id" | "method" | "path" | "body">,
  timeoutMs: number,
): Promise<WriteAnswer> {
  try {
    const answer = await ask(path, {
      method,
      headers: { "Content-Type": "application/fhir+json", Prefer: "return=minimal", "X-Request-ID": id },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.text();
    const { status, ok: acknowledged } = answer;
    const said = acknowledged ? "" : `: ${text.replace(/\s+/g, " ").slice(0, SHOWN_CHARACTERS)}`;
    return { status, acknowledged, etag: answer.headers.get("ETag") ?? "", why: `status ${status}${said}` };
  } catch (error) {
    const why = reasonOf(error instanceof Error ? (error.cause ?? error) : error);
    return { status: 0, acknowledged: false, etag: "", why };
  }
}

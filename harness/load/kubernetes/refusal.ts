/** Why the cluster's API server refused something, in its own words. */
import { ApiException } from "@kubernetes/client-node";
import { reasonOf } from "../../model/program/failure.ts";

export function refusalOf(error: unknown): string {
  if (!(error instanceof ApiException)) return reasonOf(error);
  return `${messageIn(error.body) ?? "it was refused"} (HTTP ${error.code})`;
}

/** The message of a Status object, or of one as text. */
function messageIn(body: unknown): string | null {
  if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
  if (typeof body !== "string") return null;
  try {
    return messageIn(JSON.parse(body));
  } catch {
    return body.split("\n")[0]?.slice(0, 300) || null;
  }
}

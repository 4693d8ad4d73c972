/** Errors of the Kubernetes API server. */
import { ApiException } from "@kubernetes/client-node";
import { reasonOf } from "../../../model/program/failure.ts";
import { jsonIn } from "../../../model/record/json.ts";

export const [FORBIDDEN, NOT_FOUND, CONFLICT, TOO_MANY] = [403, 404, 409, 429] as const;

/** The HTTP status of its answer; `null` without one. */
export function statusOf(error: unknown): number | null {
  return error instanceof ApiException ? error.code : null;
}

export function isNotFound(error: unknown): boolean {
  return statusOf(error) === NOT_FOUND;
}

/** Its own message, in one line. */
export function apiReason(error: unknown): string {
  if (!(error instanceof ApiException)) {
    const { cause } = error as { cause?: unknown };
    return cause instanceof Error ? `${reasonOf(error)}: ${reasonOf(cause)}` : reasonOf(error);
  }
  const body: unknown = typeof error.body === "string" ? jsonIn(error.body) : error.body;
  const message = typeof body === "object" && body !== null ? (body as { message?: unknown }).message : undefined;
  return typeof message === "string" ? reasonOf(new Error(message)) : `it answers with status ${error.code}`;
}

/** `null` for an object that does not exist. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: unknown) => {
    if (isNotFound(error)) return null;
    throw new Error(apiReason(error), { cause: error });
  });
}

/** The engine's own error message, without the client's wrapping. */
import { reasonOf } from "../../model/program/failure.ts";

/** `(HTTP code 500) server error - no space left on device ` */
const WRAPPING = /^\(HTTP code \d+\) [^-]*- /;

export function engineWords(error: unknown): string {
  const cause = error instanceof Error && error.message === "fetch failed" && error.cause ? error.cause : error;
  return reasonOf(cause).replace(WRAPPING, "").trim();
}

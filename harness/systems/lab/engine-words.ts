/** What the container engine said in its refusal, without the client's wrapping of it. */
import { reasonOf } from "../../model/failure.ts";

/** `(HTTP code 500) server error - no space left on device ` */
const WRAPPING = /^\(HTTP code \d+\) [^-]*- /;

export function engineWords(error: unknown): string {
  const cause = error instanceof Error && error.message === "fetch failed" && error.cause ? error.cause : error;
  return reasonOf(cause).replace(WRAPPING, "").trim();
}

/** As HTTP has it; `null` of an error that the engine did not answer with. */
export function statusOf(error: unknown): number | null {
  return (error as { statusCode?: number }).statusCode ?? null;
}

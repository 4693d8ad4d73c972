/** Reads secrets when they are needed. They are kept only in memory; `redacted` removes them from what is written. */

import type { Secret } from "../../model/plan/own-system.ts";
import { usageFailure } from "../../model/program/failure.ts";
import { runStep, whyFailed } from "./step.ts";

const HIDDEN = "‹secret›";
/** Redacting a shorter one would hide ordinary text. */
const LEAST_CHARACTERS = 6;

export class Secrets {
  readonly #known = new Set<string>();

  /** Without surrounding white space. Throws a usage failure if it is missing. */
  async read(secret: Secret): Promise<string> {
    const value = ("env" in secret ? (process.env[secret.env] ?? "") : await printedBy(secret.run)).trim();
    const where = "env" in secret ? `the environment variable ${secret.env}` : `what ${secret.run.argv[0]} prints`;
    if (value.length < LEAST_CHARACTERS)
      throw usageFailure(
        "a secret is missing",
        `${where} is ${value === "" ? "empty" : "too short to be one"}`,
        "set it, and try again",
      );
    this.#known.add(value);
    return value;
  }

  /** Adds a secret from elsewhere, such as an access token. */
  add(value: string): void {
    this.#known.add(value);
  }

  /** The text without any secret known so far, verbatim or encoded as in JSON or in a URL. */
  redacted(text: string): string {
    let clean = text;
    for (const value of this.#known)
      for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
        clean = clean.replaceAll(form, HIDDEN);
    return clean;
  }
}

async function printedBy(step: Extract<Secret, { run: unknown }>["run"]): Promise<string> {
  const ended = await runStep(step);
  const why = whyFailed(step, ended);
  if (why !== null) throw usageFailure("a secret cannot be read", why, "make that program work, and try again");
  return ended.out;
}

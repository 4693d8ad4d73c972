/** Reads a secret when it is needed. It is kept nowhere but in memory, and `redacted` takes it out of what is written. */

import type { Secret } from "../../model/plan/own-system.ts";
import { usageFailure } from "../../model/program/failure.ts";
import { runStep, whyFailed } from "./step.ts";

const HIDDEN = "‹secret›";
/** A shorter one would hide half of what is told. */
const LEAST_CHARACTERS = 6;

export class Secrets {
  readonly #known = new Set<string>();

  /** Without white space around it. Throws a usage failure when there is none. */
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

  /** What was learned as secret elsewhere, such as a token that was bought with one. */
  add(value: string): void {
    this.#known.add(value);
  }

  /** The text without any secret read so far, as it is and as it stands in JSON or in an address. */
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

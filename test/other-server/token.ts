/**
 * Tokens that need no memory: each has its end in it, and is signed. So one is good after a restart as well, unless that
 * brings another key. How long it is good for is not said, as OAuth 2 allows: a client learns it when it is refused.
 */
import { createHmac } from "node:crypto";

export class Tokens {
  readonly #secret: string;
  readonly #key: string;
  readonly #lifeMs: number;
  readonly #now: () => number;

  /** `key`: what they are signed with. Those of another key are not good. */
  constructor(
    secret: string,
    lifeSeconds: number,
    { now = Date.now, key = secret }: { now?: () => number; key?: string } = {},
  ) {
    this.#secret = secret;
    this.#key = key;
    this.#lifeMs = lifeSeconds * 1000;
    this.#now = now;
  }

  /** For who shows the secret of the client `drill`, in the header that OAuth 2 wants; `null` for everybody else. */
  give(authorization: string | undefined): string | null {
    const client = Buffer.from(`drill:${encodeURIComponent(this.#secret)}`).toString("base64");
    return authorization === `Basic ${client}` ? this.#signed(this.#now() + this.#lifeMs) : null;
  }

  isGood(token: string): boolean {
    const untilMs = Number(token.split(".")[0]);
    return token === this.#signed(untilMs) && this.#now() < untilMs;
  }

  #signed(untilMs: number): string {
    return `${untilMs}.${createHmac("sha256", this.#key).update(String(untilMs)).digest("base64url")}`;
  }
}

/**
 * Stateless tokens: each contains its expiry, and is signed. So it is still valid after a restart, unless that brings
 * another key. Its lifetime is not reported, as OAuth 2 allows: a client learns it when it is refused.
 */
import { createHmac } from "node:crypto";

export class Tokens {
  readonly #secret: string;
  readonly #key: string;
  readonly #lifeMs: number;
  readonly #now: () => number;

  /** `key`: signs the tokens. Those signed with another key are invalid. */
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

  /** For the secret of the client `drill`, in the header that OAuth 2 requires; otherwise `null`. */
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

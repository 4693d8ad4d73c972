/** OAuth 2 client credentials: a token is requested when needed and renewed before it expires. */
import { z } from "zod";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import { firstIssue } from "./issue.ts";

export interface Token {
  value: string;
  /** By the clock that `now` reads; infinity if the server gives no lifetime. */
  untilMs: number;
}

const TIMEOUT_MS = 10_000;
/** Renewed when this share of its lifetime is left. */
const LEFT_SHARE = 0.25;

const AnswerSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  expires_in: z.number().positive().optional(),
});

export interface TokenOptions {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string | undefined;
}

/** Shares one token among all callers; a failure to get one names the token server's answer. */
export class TokenSource {
  readonly #options: TokenOptions;
  readonly #now: () => number;
  #token: (Token & { renewMs: number }) | null = null;
  #underWay: Promise<Token> | null = null;

  constructor(options: TokenOptions, now: () => number = Date.now) {
    this.#options = options;
    this.#now = now;
  }

  /** A token that is valid now, and for `forMs` more if a new one can be. */
  async get(forMs = 0): Promise<Token> {
    const token = this.#token;
    if (token !== null && this.#now() < token.renewMs && this.#now() + forMs <= token.untilMs) return token;
    this.#underWay ??= this.#request().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  /** Discards a token that was refused: the next caller gets a new one, even if this one has not expired. */
  drop(token: Token): void {
    if (this.#token === token) this.#token = null;
  }

  async #request(): Promise<Token> {
    const { tokenUrl, clientId, clientSecret, scope } = this.#options;
    const form = new URLSearchParams({ grant_type: "client_credentials", ...(scope === undefined ? {} : { scope }) });
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString("base64");
    const beganMs = this.#now();
    try {
      const answer = await fetch(tokenUrl, {
        method: "POST",
        headers: { Authorization: `Basic ${basic}`, Accept: "application/json" },
        body: form,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!answer.ok) throw new Error(`it answers with status ${answer.status}`);
      const parsed = AnswerSchema.safeParse(await answer.json());
      if (!parsed.success) throw new Error(`its answer is not a token: ${firstIssue(parsed.error)}`);
      const { access_token, token_type, expires_in } = parsed.data;
      if (token_type.toLowerCase() !== "bearer") throw new Error(`it issues tokens of type ${token_type}, not bearer`);
      const lifeMs = (expires_in ?? Number.POSITIVE_INFINITY) * 1000;
      const untilMs = beganMs + lifeMs;
      this.#token = { value: access_token, untilMs, renewMs: beganMs + lifeMs * (1 - LEFT_SHARE) };
      return this.#token;
    } catch (error) {
      const text = {
        what: "cannot get a token for the FHIR server",
        why: `${tokenUrl}: ${reasonOf(error instanceof Error ? (error.cause ?? error) : error)}`,
        todo: "check tokenUrl, clientId and clientSecret in the description of the system",
      };
      throw new DrillFailure(text, { cause: error });
    }
  }
}

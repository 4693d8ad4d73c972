/** OAuth 2 client credentials: a token that is bought when it is needed and renewed before it ends. */
import { z } from "zod";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import { firstIssue } from "./issue.ts";

export interface Token {
  value: string;
  /** By the clock that `now` reads; infinity when the server does not say. */
  untilMs: number;
}

const TIMEOUT_MS = 10_000;
/** Renewed when this share of its life is left. */
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

/** One token at a time for everybody who asks; a failure to get one says what the token server answered. */
export class TokenSource {
  readonly #options: TokenOptions;
  readonly #now: () => number;
  #token: (Token & { renewMs: number }) | null = null;
  #underWay: Promise<Token> | null = null;

  constructor(options: TokenOptions, now: () => number = Date.now) {
    this.#options = options;
    this.#now = now;
  }

  /** One that is valid now, and for at least `forMs` more if a new one is. */
  async get(forMs = 0): Promise<Token> {
    const token = this.#token;
    if (token !== null && this.#now() < token.renewMs && this.#now() + forMs <= token.untilMs) return token;
    this.#underWay ??= this.#buy().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  /** It was refused: the next one who asks gets another, also where this one's end was not told. */
  drop(token: Token): void {
    if (this.#token === token) this.#token = null;
  }

  async #buy(): Promise<Token> {
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
      if (!answer.ok) throw new Error(`it answered with status ${answer.status}`);
      const said = AnswerSchema.safeParse(await answer.json());
      if (!said.success) throw new Error(`its answer is no token: ${firstIssue(said.error)}`);
      const { access_token, token_type, expires_in } = said.data;
      if (token_type.toLowerCase() !== "bearer") throw new Error(`it gives tokens of type ${token_type}, not bearer`);
      const lifeMs = (expires_in ?? Number.POSITIVE_INFINITY) * 1000;
      const untilMs = beganMs + lifeMs;
      this.#token = { value: access_token, untilMs, renewMs: beganMs + lifeMs * (1 - LEFT_SHARE) };
      return this.#token;
    } catch (error) {
      const text = {
        what: "there is no token for the FHIR server",
        why: `${tokenUrl}: ${reasonOf(error instanceof Error ? (error.cause ?? error) : error)}`,
        todo: "check tokenUrl, clientId and clientSecret in the description of the system",
      };
      throw new DrillFailure(text, { cause: error });
    }
  }
}

/**
 * Sends requests to somebody else's FHIR server. There is a time limit for each request and for all together, and
 * nothing is sent while the server throttles (429).
 */

import { TOO_MANY_REQUESTS } from "../../model/load/ledger.ts";
import { reasonOf } from "../../model/program/failure.ts";
import type { Ask } from "../../system/fhir-server.ts";
import { retryAfterMs } from "../../system/retry-after.ts";
import type { Answer } from "../given.ts";

export interface Patience {
  /** The deadline for all requests, by `performance.now()`. */
  endMs: number;
  /** For one request, to the end of its answer. */
  requestMs: number;
  sleep: (ms: number) => Promise<unknown>;
}

/** `why`: the reason when no answer came. */
export type Got = Answer & { why: string | null };

/** The pause after a 429 without Retry-After, and the minimum. */
const QUIET_MS = 1000;
/** A server may have another default format, and a cache may answer from memory. */
const HEADERS = { Accept: "application/fhir+json", "Cache-Control": "no-cache" };

export class Asker {
  readonly #ask: Ask;
  readonly #patience: Patience;
  #quietUntilMs = 0;

  constructor(ask: Ask, patience: Patience) {
    this.#ask = ask;
    this.#patience = patience;
  }

  get #leftMs(): number {
    return this.#patience.endMs - performance.now();
  }

  get timeIsUp(): boolean {
    return this.#leftMs <= 0;
  }

  /** Never rejects. The path is below the FHIR base. */
  async get(path: string): Promise<Got> {
    for (;;) {
      if (this.timeIsUp) return { ...NOTHING, why: "the time for all requests was up" };
      const quietMs = this.#quietUntilMs - performance.now();
      if (quietMs >= this.#leftMs) return { ...NOTHING, status: TOO_MANY_REQUESTS, why: "it throttles (429)" };
      if (quietMs > 0) await this.#patience.sleep(quietMs);
      const got = await this.#once(path);
      if (got.status !== TOO_MANY_REQUESTS) return got;
      this.#quietUntilMs = Math.max(this.#quietUntilMs, performance.now() + got.quietMs);
    }
  }

  async #once(path: string): Promise<Got & { quietMs: number }> {
    const withinMs = Math.min(this.#patience.requestMs, this.#leftMs);
    try {
      return await within(withinMs, async (signal) => {
        const answer = await this.#ask(path, { headers: HEADERS, signal });
        const { status, headers } = answer;
        const quietMs = Math.max(QUIET_MS, retryAfterMs(headers.get("Retry-After"), Date.now()) ?? 0);
        return { status, etag: headers.get("ETag"), text: await answer.text(), why: null, quietMs };
      });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return { ...NOTHING, why: reasonOf(cause), quietMs: 0 };
    }
  }
}

const NOTHING = { status: 0, etag: null, text: "" };

/** Rejects after `ms`, even if `work` ignores its signal. */
async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const wholeMs = Math.ceil(ms);
  const over = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`no answer within ${wholeMs} ms`));
    over.abort();
  }, wholeMs);
  try {
    return await Promise.race([work(over.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The client that `proveDialect` uses. When throttled (429), it waits as long as the server asks for. A failure is not
 * taken as an answer: a server that does not support something says so, while one that breaks down shows nothing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { TOO_MANY_REQUESTS } from "../model/load/ledger.ts";
import { OF_ANY_DRILL, tagBesideOf } from "../model/load/tag.ts";
import { DrillFailure, EXIT, reasonOf } from "../model/program/failure.ts";
import { jsonIn } from "../model/record/json.ts";
import type { Ask } from "../system/fhir-server.ts";
import { retryAfterMs } from "../system/retry-after.ts";
import { type OwnWrite, type Send, sendTagged, type WriteAnswer, wordsOf } from "../system/send-write.ts";

const TIMEOUT_MS = 15_000;
/** The wait after a 429 without Retry-After, and the longest total wait for all 429s. */
const DEFAULT_WAIT_MS = 1000;
const THROTTLED_MS = 60_000;
const NOT_IMPLEMENTED = 501;

export interface ReadAnswer {
  status: number;
  /** Empty when there is none. */
  etag: string;
  /** `null` when it is no JSON. */
  json: unknown;
  /** The status and the beginning of the server's message. */
  why: string;
}

export class DialectClient {
  readonly #ask: Ask;
  readonly #send: Send;
  readonly #signal: AbortSignal | undefined;
  #mayWaitMs = THROTTLED_MS;

  constructor(ask: Ask, seed: number, signal?: AbortSignal) {
    this.#ask = signal ? until(signal, ask) : ask;
    this.#send = sendTagged(this.#ask, [OF_ANY_DRILL, tagBesideOf(seed)], TIMEOUT_MS);
    this.#signal = signal;
  }

  /**
   * What the server did, or its answer that it does not support it. Throws a `DrillFailure` when the server does not
   * answer, breaks down, or refuses the credentials.
   */
  async write(write: OwnWrite): Promise<WriteAnswer> {
    const answer = await this.#unthrottled(() => this.#send(write));
    const { status, why } = answer;
    const what = `${write.method} ${write.path || "of a transaction"}`;
    if (status === 401 || status === 403)
      throw notReady(
        "the drill is not allowed to write",
        `${what} was answered with ${why}`,
        "give it the right to create, read, update and search Patient, Observation and Basic",
      );
    if (status === 0 || (status >= 500 && status !== NOT_IMPLEMENTED))
      throw notReady("the service is not healthy", `${what}: ${why}`, "drill it when it answers single writes");
    return answer;
  }

  /** Throws a `DrillFailure` when there is no answer. */
  async read(path: string): Promise<ReadAnswer> {
    return this.#unthrottled(async () => {
      try {
        const headers = { Accept: "application/fhir+json", "Cache-Control": "no-cache" };
        const answer = await this.#ask(path, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
        const text = await answer.text();
        return {
          ...{ status: answer.status, json: jsonIn(text), why: wordsOf(answer.status, text) },
          ...{ etag: answer.headers.get("ETag") ?? "", retryAfter: answer.headers.get("Retry-After") },
        };
      } catch (error) {
        this.#signal?.throwIfAborted();
        if (error instanceof DrillFailure) throw error;
        const why = reasonOf(error instanceof Error ? (error.cause ?? error) : error);
        throw notReady("the service is not healthy", `GET ${path}: ${why}`, "drill it when it answers single reads");
      }
    });
  }

  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal });
  }

  async #unthrottled<T extends Pick<WriteAnswer, "status" | "retryAfter">>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      const answer = await attempt();
      this.#signal?.throwIfAborted();
      if (answer.status !== TOO_MANY_REQUESTS) return answer;
      const ms = waitMs(answer.retryAfter, Date.now());
      this.#mayWaitMs -= ms;
      if (this.#mayWaitMs < 0)
        throw notReady(
          "the service throttles its clients even without a load",
          `it answered with 429 and asked for waits of more than ${THROTTLED_MS / 1000} s in all`,
          "raise this client's request limit, or drill when there is no other traffic",
        );
      await this.wait(ms);
    }
  }
}

function until(signal: AbortSignal, ask: Ask): Ask {
  return (path, init = {}) =>
    ask(path, { ...init, signal: AbortSignal.any(init.signal ? [signal, init.signal] : [signal]) });
}

/** At least a moment, so that repeated 429s use the total wait up. */
export function waitMs(retryAfter: string | null, nowMs: number): number {
  return Math.max(retryAfterMs(retryAfter, nowMs) ?? DEFAULT_WAIT_MS, 100);
}

/** A failure before anything was injected, so the drill is inconclusive. */
export function notReady(what: string, why: string, todo: string): DrillFailure {
  return new DrillFailure({ what, why, todo }, { exitCode: EXIT.inconclusive });
}

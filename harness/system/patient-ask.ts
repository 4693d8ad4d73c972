/** Retries a request that the server answered with 429, after the delay that it asks for. */
import { setTimeout } from "node:timers/promises";
import { TOO_MANY_REQUESTS } from "../model/load/ledger.ts";
import type { Ask } from "./fhir-server.ts";
import { retryAfterMs } from "./retry-after.ts";

const MOST_TIMES = 5;
const LEAST_MS = 1000;
/** A longer `Retry-After` is not waited for. */
const MOST_MS = 20_000;

/** Returns the last answer, whatever it is. */
export function patiently(ask: Ask, sleep: (ms: number) => Promise<unknown> = setTimeout): Ask {
  return async (path, init) => {
    for (let time = 1; ; time += 1) {
      const answer = await ask(path, init);
      const ms = Math.max(LEAST_MS, retryAfterMs(answer.headers.get("Retry-After"), Date.now()) ?? 0);
      if (answer.status !== TOO_MANY_REQUESTS || time === MOST_TIMES || ms > MOST_MS) return answer;
      await answer.body?.cancel();
      await sleep(ms);
    }
  };
}

/** Asks a server that has too much to do (429) again, when it wants to be asked again. */
import { setTimeout } from "node:timers/promises";
import { TOO_MANY_REQUESTS } from "../model/load/ledger.ts";
import type { Ask } from "./fhir-server.ts";
import { retryAfterMs } from "./retry-after.ts";

const MOST_TIMES = 5;
const LEAST_MS = 1000;
/** Who wants to be left alone for longer is not waited for. */
const MOST_MS = 20_000;

/** The last answer is given, whatever it is. */
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

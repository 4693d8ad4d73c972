/** The live view of the load: what the ledger says as it grows. */

import type { LineTail } from "../load/tail.ts";
import { type LedgerLine, TOO_MANY_REQUESTS } from "../model/load/ledger.ts";
import type { LiveState } from "../model/view.ts";

const WINDOW_MS = 1000;

export class LoadWatch {
  readonly #tail: LineTail<LedgerLine>;
  #acks: number[] = [];
  #acknowledged = 0;
  #servedBy = "";
  /** When the last acknowledgement was seen, by the watcher's clock. */
  lastAckMs: number | null = null;
  /** Of all that was answered, and of that with "too many requests" (429). */
  answered = 0;
  throttled = 0;
  /** When the first write was seen, by the watcher's clock. */
  firstSeenMs: number | null = null;

  constructor(tail: LineTail<LedgerLine>) {
    this.#tail = tail;
  }

  async look(nowMs: number, phase: string): Promise<LiveState> {
    for (const line of await this.#tail.read()) {
      this.firstSeenMs ??= nowMs;
      if (line.type !== "complete") continue;
      this.answered += 1;
      if (line.status === TOO_MANY_REQUESTS) this.throttled += 1;
      if (line.status < 200 || line.status >= 300) continue;
      this.#acks.push(nowMs);
      this.#acknowledged += 1;
      this.lastAckMs = nowMs;
      this.#servedBy = line.servedBy;
    }
    this.#acks = this.#acks.filter((ackMs) => ackMs > nowMs - WINDOW_MS);
    const silentMs = nowMs - (this.lastAckMs ?? this.firstSeenMs ?? nowMs);
    return {
      atMs: nowMs,
      phase,
      acknowledgedPerSecond: this.#acks.length,
      acknowledged: this.#acknowledged,
      servedBy: this.#servedBy,
      silentMs: silentMs < WINDOW_MS / 2 ? 0 : silentMs,
    };
  }
}

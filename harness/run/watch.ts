/** The live state of the load, read from the ledgers as they grow. */
import type { LineTail } from "../load/tail.ts";
import type { LiveState } from "../model/console/view.ts";
import { type LedgerLine, type LookLine, type MarkLine, TOO_MANY_REQUESTS } from "../model/load/ledger.ts";

const WINDOW_MS = 1000;

export class LoadWatch {
  readonly #tails: readonly LineTail<LedgerLine | LookLine | MarkLine>[];
  /** When the first line of each ledger was seen, by the drill's clock. */
  readonly seenMs: (number | null)[];
  #acks: number[] = [];
  #acknowledged = 0;
  #servedBy = "";
  /** When the last acknowledgement was seen, by the drill's clock. */
  lastAckMs: number | null = null;
  /** Number of answered writes, and of those answered with 429 (too many requests). */
  answered = 0;
  throttled = 0;
  /** When the load was seen to have begun on all runners, by the drill's clock. */
  firstSeenMs: number | null = null;

  constructor(...tails: LineTail<LedgerLine | LookLine | MarkLine>[]) {
    this.#tails = tails;
    this.seenMs = tails.map(() => null);
  }

  async look(nowMs: number, phase: string): Promise<LiveState> {
    const lines = await this.#newLines(nowMs);
    if (this.seenMs.every((ms) => ms !== null)) this.firstSeenMs ??= nowMs;
    for (const line of lines) {
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

  async #newLines(nowMs: number): Promise<(LedgerLine | LookLine | MarkLine)[]> {
    const ofEach = await Promise.all(this.#tails.map((tail) => tail.read()));
    for (const [i, lines] of ofEach.entries()) if (lines.length > 0) this.seenMs[i] ??= nowMs;
    return ofEach.flat();
  }
}

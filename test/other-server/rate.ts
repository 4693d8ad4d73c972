/** A rate limit for requests: a token bucket that holds one second's worth. */
export class Rate {
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #atMs: number;

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = Math.max(1, perSecond);
    this.#atMs = now();
  }

  /** Accepts a request and returns 0, or returns the whole seconds until one can be accepted. */
  take(): number {
    const nowMs = this.#now();
    const more = ((nowMs - this.#atMs) / 1000) * this.#perSecond;
    this.#left = Math.min(Math.max(1, this.#perSecond), this.#left + more);
    this.#atMs = nowMs;
    if (this.#left < 1) return Math.ceil((1 - this.#left) / this.#perSecond);
    this.#left -= 1;
    return 0;
  }
}

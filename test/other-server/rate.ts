/** How many requests a server takes, by a bucket that holds one second's worth and is filled all the time. */
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

  /** Takes a request, and says 0; or says in how many whole seconds one can be taken. */
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

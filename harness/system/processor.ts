/** A component's share of a processor. */
export interface Processor {
  /** Sets how many microseconds it may run in every period of 100 ms; `null` removes the limit. */
  limit: (quotaUs: number | null) => Promise<void>;
  /** The limit in force, as the component's host reports it; -1 or 0 without one. */
  quotaUs: () => Promise<number>;
  /** How often the kernel has throttled it so far. */
  timesMadeToWait: () => Promise<number>;
  /** Gives it work for some tenths of a second. */
  giveWork: () => Promise<void>;
}

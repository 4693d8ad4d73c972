/** A component's share of a processor. */
export interface Processor {
  /** Microseconds that it may run of every tenth of a second; `null` takes the limit away. */
  limit: (quotaUs: number | null) => Promise<void>;
  /** The limit in force, by the word of whoever runs the component; -1 or 0 without one. */
  quotaUs: () => Promise<number>;
  /** How often the kernel has made it wait so far. */
  timesMadeToWait: () => Promise<number>;
  /** Some tenths of a second of work. */
  giveWork: () => Promise<void>;
}

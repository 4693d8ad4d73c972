/** What a component has used so far, by the word of whoever runs it; `null` is what it does not say. */
export interface Usage {
  cpuSeconds: number | null;
  memoryBytes: number | null;
  receivedBytes: number | null;
  sentBytes: number | null;
  /** When that was read, by the machine's wall clock. */
  readAt: number | null;
}

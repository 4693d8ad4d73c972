/** What a component has used so far, as its host reports it; `null` is what the host does not report. */
export interface Usage {
  cpuSeconds: number | null;
  memoryBytes: number | null;
  receivedBytes: number | null;
  sentBytes: number | null;
  /** When this was read, by the machine's wall clock. */
  readAt: number | null;
}

/** A drill's slot in a row of drills. The next drill may begin before the previous one has ended. */
export interface Slot {
  /** Called with the run's id, before anything is started. */
  begun: (run: string) => void;
  /** Resolves when this drill has the machine to itself. Until then, only its system is started. */
  turn: Promise<void>;
  /** Called when measuring is over and only the audit remains. */
  measured: () => void;
}

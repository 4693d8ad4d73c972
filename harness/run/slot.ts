/** A drill's slot in a row of drills, of which the next may begin before the last one has ended. */
export interface Slot {
  /** Called with the id of its run, before anything of it is started. */
  begun: (run: string) => void;
  /** Resolves when the machine is this drill's alone. Until then its system is only started. */
  turn: Promise<void>;
  /** Called when it measures nothing any more: what follows is the audit. */
  measured: () => void;
}

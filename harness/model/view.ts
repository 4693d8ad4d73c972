/** What a drill tells whoever watches it. The console shows it; a test may look on, too. */
import type { DrillEvent } from "./event.ts";
import type { Step } from "./run.ts";

export interface LiveState {
  /** The drill's clock. */
  atMs: number;
  phase: string;
  acknowledgedPerSecond: number;
  acknowledged: number;
  /** Who acknowledged last. */
  servedBy: string;
  /** How long no write has been acknowledged; 0 while they are. */
  silentMs: number;
}

export interface View {
  say: (line: string) => void;
  /** A set-up step begins, or with `done` is over. */
  step: (name: string, done?: Step) => void;
  event: (event: DrillEvent) => void;
  live: (state: LiveState) => void;
}

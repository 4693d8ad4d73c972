/** What a drill reports while it runs, shown by the console or read by a test. */
import type { DrillEvent } from "../record/event.ts";
import type { Step } from "../record/run.ts";

export interface LiveState {
  /** The drill's clock. */
  atMs: number;
  phase: string;
  acknowledgedPerSecond: number;
  acknowledged: number;
  /** The site that acknowledged the last write. */
  servedBy: string;
  /** How long no write has been acknowledged; 0 without an outage. */
  silentMs: number;
}

export interface View {
  say: (line: string) => void;
  /** A set-up step begins or, with `done`, has ended. */
  step: (name: string, done?: Step) => void;
  event: (event: DrillEvent) => void;
  live: (state: LiveState) => void;
}

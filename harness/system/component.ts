/** A component of a system, as the target of a fault. */

/** `silent`: it runs and does not answer. `frozen`: its host does not let it run. */
export type ComponentState = "dead" | "frozen" | "silent" | "works";

export interface Component {
  /** Whether it runs, and whether it answers: SQL, a request, or a readiness check. */
  state: () => Promise<ComponentState>;
  /** What its host reports, without a request to the component. A frozen one counts as running. */
  status: () => Promise<{ running: boolean; frozen: boolean }>;
  /** Kills it at once, by SIGKILL. Does nothing to a component that is already down. */
  kill: () => Promise<void>;
  freeze: () => Promise<void>;
  /** Does nothing to a component that is not frozen. */
  thaw: () => Promise<void>;
  /**
   * Brings it back as after a power cut: a frozen component is killed first, so that it never finishes its work. Does
   * nothing to a running one. Returns whether it was started; it may not answer yet.
   */
  startAgain: () => Promise<boolean>;
}

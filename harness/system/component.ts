/** A component of a system, as something that can be broken. */

/** `silent`: it runs and does not answer. `frozen`: its host does not let it run. */
export type ComponentState = "dead" | "frozen" | "silent" | "works";

export interface Component {
  /** Whether it runs, and whether it answers: SQL, a request, or a readiness check. */
  state: () => Promise<ComponentState>;
  /** The same as its host reports it, without a request to the component. A frozen one counts as running. */
  status: () => Promise<{ running: boolean; frozen: boolean }>;
  /** Kills it at once, by SIGKILL. Does nothing to a component that is down already. */
  kill: () => Promise<void>;
  freeze: () => Promise<void>;
  /** Does nothing to a component that is not frozen. */
  thaw: () => Promise<void>;
  /**
   * Brings it back as after a power cut: a frozen component is killed first, so that it never finishes what it was
   * doing. A running one is left alone. Returns whether it was started; it need not answer yet.
   */
  startAgain: () => Promise<boolean>;
}

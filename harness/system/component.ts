/** What a system is made of, as something that can be broken. */

/** `silent`: it runs, and does not answer. `frozen`: nor does whoever runs it let it run. */
export type ComponentState = "dead" | "frozen" | "silent" | "works";

export interface Component {
  /** Whether it runs, and whether it answers: SQL, a request, or readiness for requests. */
  state: () => Promise<ComponentState>;
  /** The same by the word of whoever runs it, with the component left alone. A frozen one counts as running. */
  status: () => Promise<{ running: boolean; frozen: boolean }>;
  /** At once, by SIGKILL. One that is down already, by somebody else's hand, is as dead. */
  kill: () => Promise<void>;
  freeze: () => Promise<void>;
  /** Nothing is done to one that is not frozen. */
  thaw: () => Promise<void>;
  /**
   * As a machine comes back after its power was cut: what ends here frozen is killed first, and never does what it was
   * about to do. One that runs is left alone. Says whether it was started; it need not answer yet.
   */
  startAgain: () => Promise<boolean>;
}

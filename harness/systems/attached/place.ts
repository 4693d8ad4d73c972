/** Where an attached system runs: on a container engine, or in a Kubernetes cluster. */
import type { System } from "../../system/system.ts";

export type Place = Pick<
  System,
  "target" | "container" | "pod" | "runBeside" | "readClock" | "bootId" | "whenLost" | "saveLogs"
> & {
  /** Removes everything that the run started there. */
  remove: () => Promise<void>;
};

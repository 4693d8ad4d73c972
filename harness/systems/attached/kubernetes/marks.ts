/** On all that a drill puts into a cluster: whose it is, and which run's. */
import { OWNER_LABEL, RUN_LABEL, thisOwner } from "../../lab/ownership.ts";

export interface Marks {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** `run`: its id in lower case, as a label's value has to be. */
export function marksOf(run: string): Marks {
  return {
    labels: { [RUN_LABEL]: run, "app.kubernetes.io/managed-by": "fhirdrill" },
    // The owner has characters that no label's value may have.
    annotations: { [OWNER_LABEL]: thisOwner() },
  };
}

/** Labels and annotations of everything that a drill creates in a cluster: its run and its owner. */
import { OWNER_LABEL, RUN_LABEL, thisOwner } from "../../lab/ownership.ts";

export interface Marks {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** `run`: its id, in lower case. */
export function marksOf(run: string): Marks {
  return {
    labels: { [RUN_LABEL]: run, "app.kubernetes.io/managed-by": "fhirdrill" },
    // An annotation: the owner has characters that a label's value must not have.
    annotations: { [OWNER_LABEL]: thisOwner() },
  };
}

/** Refuses a drill whose record would not fit on the disk: a record that breaks off proves nothing. */

import { recordBytes, sizeText } from "../model/plan/record-size.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import { usageFailure } from "../model/program/failure.ts";

export function refuseWithoutRoom(scenario: Pick<Scenario, "name" | "load" | "faults" | "orders">, free: number): void {
  const bytes = recordBytes(scenario);
  if (bytes <= free) return;
  throw usageFailure(
    `the record of ${scenario.name} does not fit on the disk`,
    `it takes about ${sizeText(bytes)}, and ${sizeText(free)} are free in the results folder`,
    "free some space, choose another folder with FHIRDRILL_RESULTS, or run it with a lower --rate",
  );
}

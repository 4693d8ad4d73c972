/**
 * What write n sent, resource by resource in its order, derived from the seed, so that no answer has to be trusted.
 * Pure.
 */
import { fingerprint } from "../model/load/content.ts";
import { planWrite } from "../model/load/write.ts";
import type { Run } from "../model/record/run.ts";

export interface Sent {
  /** With a trailing slash, as in `Patient/`. */
  type: string;
  content: number;
  /** The resource that a PUT names; `null` if the server assigns the id. */
  path: string | null;
  /** Whether it refers to the patient that the same write makes; otherwise it refers to nothing. */
  refers: boolean;
}

export function contentsSent({ seed, scenario }: Pick<Run, "seed" | "scenario">, n: number): Sent[] {
  const { method, path, body } = planWrite(seed, n, scenario.load.mix, scenario.load);
  const { entry } = body as { entry?: { resource: object }[] };
  const resources = entry ? entry.map(({ resource }) => resource) : [body];
  return resources.map((each) => {
    const { resourceType, subject } = each as { resourceType: string; subject?: { reference?: string } };
    return {
      ...{ type: `${resourceType}/`, content: fingerprint(each), path: method === "PUT" ? path : null },
      refers: subject?.reference !== undefined,
    };
  });
}

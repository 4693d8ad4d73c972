/** What write n sent, resource by resource in its order: the seed says it, so no answer is trusted for it. Pure. */
import { fingerprint } from "../model/load/content.ts";
import { planWrite } from "../model/load/write.ts";
import type { Run } from "../model/record/run.ts";

export interface Sent {
  /** With the slash that follows it in a name. */
  type: string;
  content: number;
  /** Of a PUT the resource that it names; `null` where the server names what it makes. */
  path: string | null;
  /** It refers to the patient that the same write makes, and to nobody else; what does not refers to nothing. */
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

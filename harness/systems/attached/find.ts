/** Finds the target containers of an attached system, once; from then on each is identified by its id. */

import type { Find, OwnSystem } from "../../model/plan/own-system.ts";
import type { SiteName } from "../../model/plan/site.ts";
import { usageFailure } from "../../model/program/failure.ts";
import type { Docker } from "../lab/engine-client.ts";
import { RUN_LABEL } from "../lab/ownership.ts";

/** Consent is declared where the container is started, not in our settings. */
export const CONSENT_LABEL = "fhirdrill.allow";
const COMPOSE = { project: "com.docker.compose.project", service: "com.docker.compose.service" };

export interface FoundTarget {
  name: string;
  is: OwnSystem["targets"][string]["is"];
  side: SiteName | null;
  /** The container's id and name in the engine; for a pod, its UID and name. */
  id: string;
  container: string;
  image: string;
  /** Only for a pod. */
  node?: string | undefined;
  running: boolean;
  /** The consent of the container, or of the pod's namespace, by `CONSENT_LABEL`; `null` without one. */
  allows: boolean | null;
}

type Listing = Pick<Docker, "listContainers">;
type Listed = Awaited<ReturnType<Docker["listContainers"]>>[number];

/** In the order of the description. Throws a usage failure unless each is exactly one container, and all are different. */
export async function findTargets(docker: Listing, targets: OwnSystem["targets"]): Promise<FoundTarget[]> {
  const all = await docker.listContainers({ all: true });
  const found = Object.entries(targets).map(([name, { is, site, find }]): FoundTarget => {
    const matching = all.filter((each) => matches(find, each));
    const [one, ...more] = matching;
    const wanted = `it looks for ${describeFind(find)}`;
    if (one === undefined)
      throw usageFailure(
        `there is no container for the target ${name}`,
        `${wanted}, and the engine has none`,
        "start it, or correct the description; stopped containers count",
      );
    if (more.length > 0)
      throw usageFailure(
        `the target ${name} is more than one container`,
        `${wanted}, and finds ${matching.map(nameOf).join(", ")}`,
        "describe it so that it is one",
      );
    if (one.Labels[RUN_LABEL] !== undefined)
      throw usageFailure(
        `the target ${name} is a container of fhirdrill's own lab`,
        `${nameOf(one)} belongs to the run ${one.Labels[RUN_LABEL]}`,
        "describe a container of your system",
      );
    const consent = one.Labels[CONSENT_LABEL];
    return {
      ...{ name, is, side: site ?? null, id: one.Id, container: nameOf(one), image: one.Image },
      running: one.State === "running",
      allows: consent === undefined ? null : consent === "true",
    };
  });
  for (const [i, { name, id, container }] of found.entries()) {
    const twin = found.slice(0, i).find((other) => other.id === id);
    if (twin === undefined) continue;
    throw usageFailure(
      `the targets ${twin.name} and ${name} are one container`,
      `both find ${container}`,
      "describe it once",
    );
  }
  return found;
}

/**
 * Why it may not be broken; `null` if it may. `proven`: the environment is proven to be the one that the description
 * expects. A container that refuses is never broken, even in a proven environment.
 */
export function refusalOf({ name, container, allows }: FoundTarget, proven: boolean): string | null {
  if (allows === false) return `${container} has the label ${CONSENT_LABEL} with another value than true`;
  if (allows === true || proven) return null;
  return `${container}, the target ${name}, has no label ${CONSENT_LABEL}=true, and the description has no proof of the environment`;
}

function matches(find: Find, { Names, Labels }: Listed): boolean {
  if ("container" in find) return Names.includes(`/${find.container}`);
  if ("label" in find) return Labels[find.label.name] === find.label.value;
  if ("pod" in find) return false;
  const { project, service } = find.compose;
  return Labels[COMPOSE.project] === project && Labels[COMPOSE.service] === service;
}

function describeFind(find: Find): string {
  if ("container" in find) return `a container named ${find.container}`;
  if ("label" in find) return `a container with the label ${find.label.name}=${find.label.value}`;
  if ("pod" in find) return "a pod, which an engine does not have";
  return `the service ${find.compose.service} of the compose project ${find.compose.project}`;
}

function nameOf({ Names, Id }: Listed): string {
  return Names[0]?.slice(1) ?? Id.slice(0, 12);
}

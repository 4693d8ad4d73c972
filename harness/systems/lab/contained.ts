/** The container of each component of the lab, and how to check that it works. */
import type { StartedTestContainer } from "testcontainers";
import { type ComponentName, type DeviceComponent, isDeviceComponent, type SiteName } from "../../model/plan/site.ts";
import type { Place } from "../../system/netfilter.ts";
import { ANSWER_MS, type Contained } from "./component.ts";
import type { Hapi } from "./hapi.ts";
import type { LabLinks } from "./links.ts";
import type { Postgres } from "./postgres.ts";
import type { FailoverProxy } from "./proxy.ts";

export interface Parts {
  links: LabLinks;
  proxy: FailoverProxy;
  postgres: Record<SiteName, Postgres>;
  hapi: Record<SiteName, Hapi>;
  /** In a lab with devices. */
  devices?: Record<DeviceComponent, Contained> | undefined;
  /** Between the client networks, in a lab with these. */
  router?: StartedTestContainer | undefined;
  /** In a lab with a vault. */
  vault?: Contained | undefined;
}

/** Simultaneous requests that give a FHIR server work. */
const REQUESTS = 8;

export function containedIn(
  { proxy, postgres, hapi, devices }: Parts,
  part: ComponentName | DeviceComponent,
): Contained {
  if (isDeviceComponent(part)) {
    if (devices === undefined) throw new Error(`this lab has no ${part}`);
    return devices[part];
  }
  if (part === "nginx")
    return { container: proxy.container, answers: async () => (await proxy.readClock(() => 0)).epochMs > 0 };
  const [kind, side] = part.split("-") as ["hapi" | "pg", SiteName];
  return kind === "hapi" ? serverOf(hapi[side]) : databaseOf(postgres[side]);
}

export function containerAt(parts: Parts, place: Place): StartedTestContainer {
  if (place === "links") return parts.links.container;
  if (place !== "router" && place !== "vault") return containedIn(parts, place).container;
  const found = place === "router" ? parts.router : parts.vault?.container;
  if (found === undefined) throw new Error(`this lab has no ${place}`);
  return found;
}

/** Gets its work by requests: its published image has no shell. */
function serverOf({ container, isReady, request }: Hapi): Contained {
  const work = async () => (await request("metadata")).text();
  return {
    container,
    answers: () => isReady(ANSWER_MS),
    giveWork: () => Promise.all(Array.from({ length: REQUESTS }, work)),
  };
}

function databaseOf({ container, query }: Postgres): Contained {
  return { container, answers: async () => (await query("select 1", [], ANSWER_MS)).length === 1 };
}

/** One site's HAProxy: routes to the primary, wherever that is. */
import type { StartedTestContainer } from "testcontainers";
import type { PatroniSettings } from "../../../model/plan/config.ts";
import type { SiteName } from "../../../model/plan/site.ts";
import { ANSWER_MS } from "../component.ts";
import { currentPort, DrillContainer, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { ALIVE, HAPROXY_PORT, haproxySettings, type Server } from "./settings.ts";

export interface Haproxy {
  side: SiteName;
  container: StartedTestContainer;
  /**
   * Whether HAProxy itself works, with or without a primary. Checked by its own page: the kernel accepts connections
   * even for a frozen one.
   */
  answers: () => Promise<boolean>;
}

const SETTINGS_FILE = "/usr/local/etc/haproxy/haproxy.cfg";

export async function startHaproxy(
  engine: Engine,
  where: Where,
  side: SiteName,
  servers: readonly Server[],
  patroni: Pick<PatroniSettings, "check">,
): Promise<Haproxy> {
  const container = await new DrillContainer(where, haproxyName(side))
    .withCopyContentToContainer([{ content: haproxySettings(servers, patroni), target: SETTINGS_FILE, mode: 0o644 }])
    .withLoopbackPorts(HAPROXY_PORT, ALIVE.port)
    .start();
  const answers = async () => {
    const url = `http://127.0.0.1:${await currentPort(engine, container, ALIVE.port)}${ALIVE.path}`;
    return (await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) })).ok;
  };
  return { side, container, answers };
}

export function haproxyName(side: SiteName): string {
  return `haproxy-${side}`;
}

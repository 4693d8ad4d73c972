/** One site's way to the primary, wherever that is. */
import type { StartedTestContainer } from "testcontainers";
import type { PatroniSettings } from "../../model/config.ts";
import type { Side } from "../../model/side.ts";
import { currentPort, DrillContainer, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { HAPROXY_PORT, haproxySettings, type Server } from "./settings.ts";

export interface Haproxy {
  side: Side;
  container: StartedTestContainer;
  /** On loopback, as of now: one that was started again has another. */
  port: () => Promise<number>;
}

const SETTINGS_FILE = "/usr/local/etc/haproxy/haproxy.cfg";

export async function startHaproxy(
  engine: Engine,
  where: Where,
  side: Side,
  servers: readonly Server[],
  patroni: Pick<PatroniSettings, "check">,
): Promise<Haproxy> {
  const container = await new DrillContainer(where, haproxyName(side))
    .withCopyContentToContainer([{ content: haproxySettings(servers, patroni), target: SETTINGS_FILE, mode: 0o644 }])
    .withLoopbackPorts(HAPROXY_PORT)
    .start();
  return { side, container, port: () => currentPort(engine, container, HAPROXY_PORT) };
}

export function haproxyName(side: Side): string {
  return `haproxy-${side}`;
}

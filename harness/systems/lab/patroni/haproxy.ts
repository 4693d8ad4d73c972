/** One site's way to the primary, wherever that is. */
import { connect } from "node:net";
import type { StartedTestContainer } from "testcontainers";
import type { PatroniSettings } from "../../../model/config.ts";
import type { Side } from "../../../model/side.ts";
import { currentPort, DrillContainer, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { HAPROXY_PORT, haproxySettings, type Server } from "./settings.ts";

export interface Haproxy {
  side: Side;
  container: StartedTestContainer;
  /** It takes connections, whether or not it has somewhere to lead them. */
  answers: () => Promise<boolean>;
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
  return { side, container, answers: async () => takesConnections(await currentPort(engine, container, HAPROXY_PORT)) };
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const done = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", () => done(true)).once("error", () => done(false));
  });
}

export function haproxyName(side: Side): string {
  return `haproxy-${side}`;
}

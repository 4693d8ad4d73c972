/** The place of a region's clients: a container whose network namespace they share, with its routes and its resolver. */
import type { StartedTestContainer } from "testcontainers";
import { otherSite, type SiteName } from "../../../model/plan/site.ts";
import type { Where } from "../container.ts";
import { must } from "./must.ts";
import { type ClientNetwork, MemberContainer } from "./network.ts";

const PROBE_SECONDS = 1;

export interface Client {
  container: StartedTestContainer;
  /** The address of a name; `null`: none within a second. */
  lookUp: (name: string) => Promise<string | null>;
  /** Whether a connection is accepted within a second and, with `request`, an HTTP response comes as well. */
  reaches: (address: string, port: number, request?: string) => Promise<boolean>;
}

export async function startClient(
  where: Omit<Where, "network">,
  side: SiteName,
  networks: Record<SiteName, ClientNetwork>,
): Promise<Client> {
  const own = networks[side];
  const container = await new MemberContainer(where, `client-${side}`, own)
    .withAddedCapabilities("NET_ADMIN")
    .withResolver(own.addresses.resolver)
    .start();
  await must(container, `ip route replace ${networks[otherSite(side)].subnet} via ${own.addresses.router}`);
  const probe = (script: string) => container.exec(["timeout", String(PROBE_SECONDS), "bash", "-c", script]);
  return {
    container,
    lookUp: async (name) => {
      const { output } = await probe(`getent ahostsv4 ${name}`);
      return /^[\d.]+(?=\s)/m.exec(output)?.[0] ?? null;
    },
    reaches: async (address, port, request) => {
      const ask = request === undefined ? "" : `; printf '${request}' >&3; grep -q -m 1 '^HTTP' <&3`;
      return (await probe(`exec 3<>/dev/tcp/${address}/${port}${ask}`)).exitCode === 0;
    },
  };
}

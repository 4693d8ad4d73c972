/** A region's private endpoint: forwards to the service, with an interface in the client network and one in the service's. */
import { LINKS } from "../../../model/plan/site.ts";
import type { Contained } from "../component.ts";
import { untilAnswers, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { dockerOf } from "../engine-client.ts";
import { linkAddress } from "../links.ts";
import type { Client } from "./client.ts";
import { type ClientNetwork, MemberContainer } from "./network.ts";

export const ENDPOINT_PORT = 8080;
const API_PORT = 8474;
const SETTINGS_FILE = "/endpoint.json";

/** Read at each start: settings made through its API are lost when it dies. */
const SETTINGS = JSON.stringify([
  { name: "endpoint", listen: `0.0.0.0:${ENDPOINT_PORT}`, upstream: linkAddress(LINKS[0]), enabled: true },
]);

/** `where.network`: the service's network. `client`: checks whether it works. */
export async function startEndpoint(
  engine: Engine,
  where: Where,
  { network, client }: { network: ClientNetwork; client: Client },
): Promise<Contained> {
  const name = `endpoint-${network.side}`;
  const { endpoint } = network.addresses;
  const container = await new MemberContainer(where, name, network, endpoint)
    .withEnvironment({ LOG_LEVEL: "warn" })
    .withCopyContentToContainer([{ target: SETTINGS_FILE, content: SETTINGS, mode: 0o644 }])
    .withCommand(["-host=0.0.0.0", `-config=${SETTINGS_FILE}`])
    .start();
  await dockerOf(engine)
    .getNetwork(where.network)
    .connect({ Container: container.getId(), EndpointConfig: { Aliases: [name] } });
  const answers = () => client.reaches(endpoint, API_PORT, "GET /version HTTP/1.0\\r\\n\\r\\n");
  const what = `the private endpoint of ${network.side.toUpperCase()} to answer`;
  await untilAnswers(engine, container, { what, deadlineMs: 30_000, everyMs: 100, signal: where.signal }, answers);
  return { container, answers };
}

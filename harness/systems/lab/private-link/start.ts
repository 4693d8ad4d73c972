/**
 * Client networks beside the lab:
 *
 *     clients A, resolver A, endpoint A ── network A ──┐
 *                                                    router          endpoint A, endpoint B ── the lab's network ── edge
 *     clients B, resolver B, endpoint B ── network B ──┘
 *
 * One zone is linked to both networks. Its record points to one of the endpoints, at first A's; clients of the other
 * network reach it through the router.
 */
import type { StartedTestContainer } from "testcontainers";
import type { PrivateLinkSettings } from "../../../model/plan/private-link.ts";
import { otherSite, type SiteName } from "../../../model/plan/site.ts";
import type { Netfilter } from "../../../system/netfilter.ts";
import type { PrivateLink } from "../../../system/private-link.ts";
import type { Machine } from "../../../system/site.ts";
import { allStarted } from "../all-started.ts";
import { componentOf } from "../component.ts";
import type { Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { runBeside } from "../program-beside.ts";
import { startClient } from "./client.ts";
import { ENDPOINT_PORT, startEndpoint } from "./endpoint.ts";
import { createClientNetwork } from "./network.ts";
import { startResolver } from "./resolver.ts";
import { legOf, startRouter } from "./router.ts";
import { SERVICE_NAME, zoneText } from "./zone.ts";

export interface PrivateLinkOptions {
  settings: PrivateLinkSettings;
  images: { coredns: string; toxiproxy: string; tools: string };
}

export interface PrivateLinkLab {
  privateLink: PrivateLink;
  router: StartedTestContainer;
  /** The machines that are lost with each region's network. */
  machines: (netfilter: Netfilter) => Record<SiteName, Machine[]>;
}

const DNS_PORT = 53;
const FIRST_SERIAL = 1;

/** When the promise resolves, clients of both networks can resolve the service's name. */
export async function startPrivateLink(
  engine: Engine,
  where: Omit<Where, "image">,
  { settings, images }: PrivateLinkOptions,
): Promise<PrivateLinkLab> {
  const { run, signal } = where;
  // One after the other: a range is free for a moment while its network is created again.
  const networkA = await createClientNetwork(engine, run, "a");
  const networks = { a: networkA, b: await createClientNetwork(engine, run, "b") };
  const tools = { run, signal, image: images.tools };
  const [router, clientA, clientB] = await allStarted([
    startRouter(engine, tools, networks),
    startClient(tools, "a", networks),
    startClient(tools, "b", networks),
  ]);
  const clients = { a: clientA, b: clientB };
  const zoneFor = (side: SiteName, serial: number) => zoneText(serial, networks[side].addresses.endpoint);
  const resolverOf = (side: SiteName) =>
    startResolver(
      engine,
      { run, signal, image: images.coredns },
      { network: networks[side], client: clients[side], zone: zoneFor("a", FIRST_SERIAL) },
    );
  const endpointOf = (side: SiteName) =>
    startEndpoint(engine, { ...where, image: images.toxiproxy }, { network: networks[side], client: clients[side] });
  const hasB = settings.endpoints === "both";
  const [dnsA, dnsB, endpointA, endpointB] = await allStarted([
    ...([resolverOf("a"), resolverOf("b"), endpointOf("a")] as const),
    hasB ? endpointOf("b") : Promise.resolve(null),
  ]);
  const resolvers = { a: dnsA, b: dnsB };
  const endpoints = { a: endpointA, b: endpointB };
  let serial = FIRST_SERIAL;
  return {
    router,
    machines: (netfilter) => {
      const machinesOf = (side: SiteName): Machine[] => {
        const endpoint = endpoints[side];
        return [
          { name: `dns-${side}`, component: componentOf(engine, resolvers[side]) },
          ...(endpoint === null ? [] : [{ name: `endpoint-${side}`, component: componentOf(engine, endpoint) }]),
          { name: `router-leg-${side}`, component: legOf(netfilter, networks[side]) },
        ];
      };
      return { a: machinesOf("a"), b: machinesOf("b") };
    },
    privateLink: {
      baseUrl: `http://${SERVICE_NAME}:${ENDPOINT_PORT}/fhir`,
      endpoints: { a: networks.a.addresses.endpoint, b: hasB ? networks.b.addresses.endpoint : null },
      resolver: (side) => componentOf(engine, resolvers[side]),
      switchRecord: async (to) => {
        serial += 1;
        const zone = zoneFor(to, serial);
        await Promise.all([dnsA.writeZone(zone), dnsB.writeZone(zone)]);
        return serial;
      },
      setLinked: (side, linked) => resolvers[side].setLinked(linked),
      lookUp: (from) => clients[from].lookUp(SERVICE_NAME),
      reachesOther: (from) => clients[from].reaches(networks[otherSite(from)].addresses.resolver, DNS_PORT),
      runBeside: (side, program) => runBeside(engine, { run, beside: clients[side].container }, program),
    },
  };
}

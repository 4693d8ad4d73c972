/** A region's client network, whose members have fixed addresses. */
import type { SiteName } from "../../../model/plan/site.ts";
import { createNetwork, DrillContainer, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { dockerOf } from "../engine-client.ts";
import { addressIn, subnetOf } from "../netfilter.ts";

/** Offsets in the network's range. The engine assigns other addresses from its beginning. */
const PLACES = { router: 50, resolver: 53, endpoint: 80 };
type Place = keyof typeof PLACES;

export interface ClientNetwork {
  side: SiteName;
  name: string;
  subnet: string;
  addresses: Record<Place, string>;
}

/**
 * Creates the network in a free range that the engine chooses, then again with that range given explicitly: only then does
 * the engine allow fixed addresses, which a container keeps when it is restarted.
 */
export async function createClientNetwork(engine: Engine, run: string, side: SiteName): Promise<ClientNetwork> {
  const own = `clients-${side}`;
  const name = await createNetwork(engine, run, { own });
  const subnet = await subnetOf(engine, name);
  await dockerOf(engine).getNetwork(name).remove();
  await createNetwork(engine, run, { own, subnet });
  const addresses = Object.fromEntries(
    Object.entries(PLACES).map(([place, number]) => [place, addressIn(subnet, number)]),
  ) as ClientNetwork["addresses"];
  return { side, name, subnet, addresses };
}

/** A container in a client network. */
export class MemberContainer extends DrillContainer {
  constructor(where: Omit<Where, "network" | "signal">, name: string, network: ClientNetwork, address?: string) {
    super({ ...where, network: network.name }, name);
    const endpoint = this.createOpts.NetworkingConfig?.EndpointsConfig?.[network.name];
    if (endpoint && address !== undefined) endpoint.IPAMConfig = { IPv4Address: address };
  }

  withResolver(address: string): this {
    this.hostConfig.Dns = [address];
    return this;
  }

  withSysctl(name: string, value: string): this {
    this.hostConfig.Sysctls = { ...this.hostConfig.Sysctls, [name]: value };
    return this;
  }
}

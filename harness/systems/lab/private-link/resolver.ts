/** A client network's resolver: CoreDNS. */
import type { Contained } from "../component.ts";
import { handleOf, untilAnswers, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import type { Client } from "./client.ts";
import { type ClientNetwork, MemberContainer } from "./network.ts";
import { OWN_NAME, resolverSettings, SETTINGS_FILE, ZONE_FILE } from "./zone.ts";

export interface Resolver extends Contained {
  /** Works while it does not run, too: it reads the zone when it starts. */
  writeZone: (text: string) => Promise<void>;
  setLinked: (linked: boolean) => Promise<void>;
}

const fileOf = (target: string, content: string) => ({ target, content, mode: 0o644 });

/** `client`: checks whether it works. */
export async function startResolver(
  engine: Engine,
  where: Omit<Where, "network">,
  { network, client, zone }: { network: ClientNetwork; client: Client; zone: string },
): Promise<Resolver> {
  const container = await new MemberContainer(where, `dns-${network.side}`, network, network.addresses.resolver)
    .withCopyContentToContainer([fileOf(SETTINGS_FILE, resolverSettings(true)), fileOf(ZONE_FILE, zone)])
    .withCommand(["-conf", SETTINGS_FILE])
    // It does not run as root, but must listen at port 53.
    .withSysctl("net.ipv4.ip_unprivileged_port_start", "0")
    .start();
  const answers = async () => (await client.lookUp(OWN_NAME)) !== null;
  const untilReady = () => {
    const what = `the resolver of ${network.side.toUpperCase()} to answer`;
    return untilAnswers(engine, container, { what, deadlineMs: 30_000, everyMs: 100, signal: where.signal }, answers);
  };
  await untilReady();
  return {
    container,
    answers,
    writeZone: (text) => container.copyContentToContainer([fileOf(ZONE_FILE, text)]),
    setLinked: async (linked) => {
      await container.copyContentToContainer([fileOf(SETTINGS_FILE, resolverSettings(linked))]);
      await handleOf(engine, container).restart({ t: 0 });
      await untilReady();
    },
  };
}

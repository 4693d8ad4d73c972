/** The lab for a configuration: what it can do, which images it needs, and how it is started. */
import type { Capability } from "../../model/plan/capability.ts";
import type { Config } from "../../model/plan/config.ts";
import type { VaultSettings } from "../../model/plan/vault.ts";
import type { Engine } from "./engine.ts";
import { type AnyImage, LAB_IMAGES, OF_DEVICES, OF_GUARDED, OF_PRIVATE_LINK, PATRONI_IMAGES } from "./images.ts";
import { PATRONI_CAPABILITIES, startPatroni } from "./patroni/start.ts";
import { capabilitiesWith, type ImageKey, startTopology, type Topology, type TopologyOptions } from "./topology.ts";
import type { VaultOptions } from "./vault/start.ts";

type Chosen = Pick<Config, "patroni" | "devices" | "privateLink" | "vault">;
/** Patroni's images are there when the configuration uses Patroni; those of an extension where it has that. */
export type ImagesOf<T> = Record<ImageKey, T> & Partial<Record<AnyImage, T>>;

export interface LabOptions extends Omit<TopologyOptions, "images" | "config" | "devices" | "privateLink" | "vault"> {
  images: ImagesOf<string>;
  config: Pick<Config, "replication" | "proxy" | "fencing"> & Chosen;
}

export function capabilitiesOf(config: Chosen): ReadonlySet<Capability> {
  return config.patroni === null ? capabilitiesWith(config) : PATRONI_CAPABILITIES;
}

export function imagesFor({ patroni, devices, privateLink, vault }: Chosen): readonly AnyImage[] {
  if (patroni !== null) return PATRONI_IMAGES;
  return [
    ...LAB_IMAGES,
    ...(devices === null ? [] : OF_DEVICES),
    ...(privateLink === null ? [] : OF_PRIVATE_LINK),
    ...(vault === null ? [] : OF_GUARDED[vault.guards]),
  ];
}

export function startLab(engine: Engine, { images, ...order }: LabOptions): Promise<Topology> {
  const { patroni, devices, privateLink, vault } = order.config;
  if (patroni === null) {
    const ofDevices = devices === null ? undefined : { settings: devices, images: imagesOfDevices(images) };
    const ofClients = privateLink === null ? undefined : { settings: privateLink, images: imagesOfPrivateLink(images) };
    const ofVault = vault === null ? undefined : vaultOptions(vault, images);
    return startTopology(engine, { ...order, images, devices: ofDevices, privateLink: ofClients, vault: ofVault });
  }
  const { etcd, haproxy, patroni: member } = images;
  if (etcd === undefined || haproxy === undefined || member === undefined)
    throw new Error("the images of Patroni's lab were not made ready");
  return startPatroni(engine, { ...order, patroni, images: { ...images, etcd, haproxy, patroni: member } });
}

function imagesOfDevices({ mosquitto, bridge }: ImagesOf<string>) {
  if (mosquitto === undefined || bridge === undefined)
    throw new Error("the images of brokers and bridges were not made ready");
  return { mosquitto, bridge };
}

function imagesOfPrivateLink({ coredns, toxiproxy, tools }: ImagesOf<string>) {
  if (coredns === undefined) throw new Error("the image of the client networks' resolvers was not made ready");
  return { coredns, toxiproxy, tools };
}

function vaultOptions(settings: VaultSettings, { postgres, openbao, ...images }: ImagesOf<string>): VaultOptions {
  const ofDatabase = settings.guards === "data" ? images["encrypted-postgres"] : postgres;
  if (openbao === undefined || ofDatabase === undefined) throw new Error("the images of the vault were not made ready");
  return { settings, images: { openbao, postgres: ofDatabase } };
}

/** The lab for a configuration: its capabilities, its images, and its start. */
import type { Capability } from "../../model/plan/capability.ts";
import type { Config } from "../../model/plan/config.ts";
import type { VaultSettings } from "../../model/plan/vault.ts";
import type { Engine } from "./engine.ts";
import { type AnyImage, LAB_IMAGES, OF_DEVICES, OF_GUARDED, OF_PRIVATE_LINK, PATRONI_IMAGES } from "./images.ts";
import { PATRONI_CAPABILITIES, startPatroni } from "./patroni/start.ts";
import { capabilitiesWith, type ImageKey, startTopology, type Topology, type TopologyOptions } from "./topology.ts";
import type { VaultOptions } from "./vault/start.ts";

type Chosen = Pick<Config, "patroni" | "devices" | "privateLink" | "vault">;
/** Patroni's images are present if the configuration uses Patroni, an extension's images if it uses that. */
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

export function startLab(engine: Engine, { images, ...options }: LabOptions): Promise<Topology> {
  const { patroni, devices, privateLink, vault } = options.config;
  if (patroni === null) {
    const ofDevices = devices === null ? undefined : { settings: devices, images: imagesOfDevices(images) };
    const ofClients = privateLink === null ? undefined : { settings: privateLink, images: imagesOfPrivateLink(images) };
    const ofVault = vault === null ? undefined : vaultOptions(vault, images);
    return startTopology(engine, { ...options, images, devices: ofDevices, privateLink: ofClients, vault: ofVault });
  }
  const { etcd, haproxy, patroni: member } = images;
  if (etcd === undefined || haproxy === undefined || member === undefined)
    throw new Error("the images of Patroni's lab are not ready");
  return startPatroni(engine, { ...options, patroni, images: { ...images, etcd, haproxy, patroni: member } });
}

function imagesOfDevices({ mosquitto, bridge }: ImagesOf<string>) {
  if (mosquitto === undefined || bridge === undefined)
    throw new Error("the images of brokers and bridges are not ready");
  return { mosquitto, bridge };
}

function imagesOfPrivateLink({ coredns, toxiproxy, tools }: ImagesOf<string>) {
  if (coredns === undefined) throw new Error("the image of the client networks' resolvers is not ready");
  return { coredns, toxiproxy, tools };
}

function vaultOptions(settings: VaultSettings, { postgres, openbao, ...images }: ImagesOf<string>): VaultOptions {
  const ofDatabase = settings.guards === "data" ? images["encrypted-postgres"] : postgres;
  if (openbao === undefined || ofDatabase === undefined) throw new Error("the images of the vault are not ready");
  return { settings, images: { openbao, postgres: ofDatabase } };
}

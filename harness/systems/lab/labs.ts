/** The lab for a configuration: what it can do, which images it needs, and how it is started. */
import type { Capability } from "../../model/plan/capability.ts";
import type { Config } from "../../model/plan/config.ts";
import type { VaultSettings } from "../../model/plan/vault.ts";
import type { Engine } from "./engine.ts";
import { type AnyImage, DEVICES_IMAGES, LAB_IMAGES, PATRONI_IMAGES, VAULT_IMAGES } from "./images.ts";
import { PATRONI_CAPABILITIES, startPatroni } from "./patroni/start.ts";
import {
  DEVICES_CAPABILITIES,
  type ImageKey,
  LAB_CAPABILITIES,
  startTopology,
  type Topology,
  type TopologyOrder,
  VAULT_CAPABILITIES,
} from "./topology.ts";
import type { VaultOrder } from "./vault/start.ts";

type Chosen = Pick<Config, "patroni" | "devices" | "vault">;
/** Patroni's images are there when the configuration uses Patroni, and those of devices or a vault where it has them. */
export type ImagesOf<T> = Record<ImageKey, T> & Partial<Record<AnyImage, T>>;

export interface LabOrder extends Omit<TopologyOrder, "images" | "config" | "devices" | "vault"> {
  images: ImagesOf<string>;
  config: Pick<Config, "replication" | "proxy" | "fencing" | "patroni" | "devices" | "vault">;
}

export function capabilitiesOf({ patroni, devices, vault }: Chosen): ReadonlySet<Capability> {
  if (patroni !== null) return PATRONI_CAPABILITIES;
  if (vault !== null) return VAULT_CAPABILITIES;
  return devices === null ? LAB_CAPABILITIES : DEVICES_CAPABILITIES;
}

export function imagesFor({ patroni, devices, vault }: Chosen): readonly AnyImage[] {
  if (patroni !== null) return PATRONI_IMAGES;
  if (vault !== null) return VAULT_IMAGES[vault.guards];
  return devices === null ? LAB_IMAGES : DEVICES_IMAGES;
}

export function startLab(engine: Engine, { images, ...order }: LabOrder): Promise<Topology> {
  const { patroni, devices, vault } = order.config;
  if (patroni === null) {
    if (vault !== null) return startTopology(engine, { ...order, images, vault: vaultOrder(vault, images) });
    const { mosquitto, bridge } = images;
    if (devices === null) return startTopology(engine, { ...order, images });
    if (mosquitto === undefined || bridge === undefined)
      throw new Error("the images of brokers and bridges were not made ready");
    const ofDevices = { settings: devices, images: { mosquitto, bridge } };
    return startTopology(engine, { ...order, images, devices: ofDevices });
  }
  const { etcd, haproxy, patroni: member } = images;
  if (etcd === undefined || haproxy === undefined || member === undefined)
    throw new Error("the images of Patroni's lab were not made ready");
  return startPatroni(engine, { ...order, patroni, images: { ...images, etcd, haproxy, patroni: member } });
}

function vaultOrder(settings: VaultSettings, { postgres, openbao, ...images }: ImagesOf<string>): VaultOrder {
  const ofDatabase = settings.guards === "data" ? images["encrypted-postgres"] : postgres;
  if (openbao === undefined || ofDatabase === undefined) throw new Error("the images of the vault were not made ready");
  return { settings, images: { openbao, postgres: ofDatabase } };
}

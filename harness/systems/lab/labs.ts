/** The lab for a configuration: what it can do, which images it needs, and how it is started. */
import type { Capability } from "../../model/plan/capability.ts";
import type { Config } from "../../model/plan/config.ts";
import type { Engine } from "./engine.ts";
import { type AnyImage, LAB_IMAGES, PATRONI_IMAGES } from "./images.ts";
import { PATRONI_CAPABILITIES, startPatroni } from "./patroni/start.ts";
import { type ImageKey, LAB_CAPABILITIES, startTopology, type Topology, type TopologyOrder } from "./topology.ts";

type Chosen = Pick<Config, "patroni">;
/** Patroni's images are there when the configuration uses Patroni. */
export type ImagesOf<T> = Record<ImageKey, T> & Partial<Record<AnyImage, T>>;

export interface LabOrder extends Omit<TopologyOrder, "images" | "config"> {
  images: ImagesOf<string>;
  config: Pick<Config, "replication" | "proxy" | "fencing" | "patroni">;
}

export function capabilitiesOf({ patroni }: Chosen): ReadonlySet<Capability> {
  return patroni === null ? LAB_CAPABILITIES : PATRONI_CAPABILITIES;
}

export function imagesFor({ patroni }: Chosen): readonly AnyImage[] {
  return patroni === null ? LAB_IMAGES : PATRONI_IMAGES;
}

export function startLab(engine: Engine, { images, ...order }: LabOrder): Promise<Topology> {
  const { patroni } = order.config;
  if (patroni === null) return startTopology(engine, { ...order, images });
  const { etcd, haproxy, patroni: member } = images;
  if (etcd === undefined || haproxy === undefined || member === undefined)
    throw new Error("the images of Patroni's lab were not made ready");
  return startPatroni(engine, { ...order, patroni, images: { ...images, etcd, haproxy, patroni: member } });
}

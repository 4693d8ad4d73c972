/**
 * Brokers and bridges for devices, in each region of the lab:
 *
 *     device ─► broker A ─► bridge A ─┐
 *                                     ├─► edge
 *     device ─► broker B ─► bridge B ─┘
 *
 * A bridge writes like clients, through the edge, so it reaches whichever site serves.
 */
import type { DevicesSettings } from "../../../model/plan/devices.ts";
import type { DeviceComponent, SiteName } from "../../../model/plan/site.ts";
import type { Devices } from "../../../system/devices.ts";
import { allStarted } from "../all-started.ts";
import type { Contained } from "../component.ts";
import type { Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { startBridge } from "./bridge.ts";
import { startBroker } from "./broker.ts";

export interface DevicesOptions {
  settings: DevicesSettings;
  images: { mosquitto: string; bridge: string };
}

export interface DevicesLab {
  parts: Record<DeviceComponent, Contained>;
  devices: Devices;
}

/** Resolves when each bridge has subscribed: brokers drop what is published before that. */
export async function startDevices(
  engine: Engine,
  where: Omit<Where, "image">,
  { settings, images }: DevicesOptions,
): Promise<DevicesLab> {
  const brokerOf = (side: SiteName) => startBroker(engine, { ...where, image: images.mosquitto }, side, settings);
  const bridgeOf = (side: SiteName) => startBridge(engine, { ...where, image: images.bridge }, side, settings);
  const [brokerA, brokerB] = await allStarted([brokerOf("a"), brokerOf("b")]);
  const [bridgeA, bridgeB] = await allStarted([bridgeOf("a"), bridgeOf("b")]);
  const [brokers, bridges] = [
    { a: brokerA, b: brokerB },
    { a: bridgeA, b: bridgeB },
  ];
  return {
    parts: { "broker-a": brokerA, "broker-b": brokerB, "bridge-a": bridgeA, "bridge-b": bridgeB },
    devices: {
      brokerAt: (side) => brokers[side].address(),
      bridgeLedger: (side) => bridges[side].ledger(),
    },
  };
}

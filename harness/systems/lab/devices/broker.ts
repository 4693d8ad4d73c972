/** One site's broker: mosquitto. */
import mqtt from "mqtt";
import type { DevicesSettings } from "../../../model/plan/devices.ts";
import type { SiteName } from "../../../model/plan/site.ts";
import type { Address } from "../../../system/address.ts";
import type { Contained } from "../component.ts";
import { currentPort, DrillContainer, untilAnswers, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";

export const BROKER_PORT = 1883;
const SETTINGS_FILE = "/mosquitto/config/mosquitto.conf";
const CONNECT_MS = 1500;

/** Since version 2, mosquitto accepts only connections from the container itself unless configured otherwise. */
const OPEN = ["listener 1883", "allow_anonymous true"];

const KEEPING: Record<DevicesSettings["broker"], readonly string[]> = {
  defaults: [],
  "each-change": [
    ...["persistence true", "persistence_location /mosquitto/data/"],
    // Together: saved at each change instead of every half hour.
    ...["autosave_on_changes true", "autosave_interval 1"],
    ...["max_queued_messages 0", "max_queued_bytes 67108864"],
  ],
};

export function brokerSettings(broker: DevicesSettings["broker"]): string {
  return [...OPEN, ...KEEPING[broker]].map((line) => `${line}\n`).join("");
}

export interface Broker extends Contained {
  /** The current address on this machine. */
  address: () => Promise<Address>;
}

export async function startBroker(
  engine: Engine,
  where: Where,
  side: SiteName,
  { broker }: Pick<DevicesSettings, "broker">,
): Promise<Broker> {
  const container = await new DrillContainer(where, `broker-${side}`)
    .withCopyContentToContainer([{ content: brokerSettings(broker), target: SETTINGS_FILE, mode: 0o644 }])
    .withLoopbackPorts(BROKER_PORT)
    .start();
  const address = async () => `127.0.0.1:${await currentPort(engine, container, BROKER_PORT)}`;
  const answers = async () => accepts(await address());
  const waiting = { what: `the broker of ${side.toUpperCase()} to answer`, deadlineMs: 30_000, everyMs: 50 };
  await untilAnswers(engine, container, { ...waiting, signal: where.signal }, answers);
  return { container, address, answers };
}

/** Checked by connecting as an MQTT client: the kernel accepts TCP connections even for a frozen broker. */
async function accepts(address: Address): Promise<boolean> {
  const client = mqtt.connect(`mqtt://${address}`, {
    ...{ protocolVersion: 5, reconnectPeriod: 0, connectTimeout: CONNECT_MS },
  });
  try {
    return await new Promise<boolean>((resolve) => {
      client.once("connect", () => resolve(true));
      client.once("error", () => resolve(false));
      client.once("close", () => resolve(false));
    });
  } finally {
    client.end(true);
  }
}

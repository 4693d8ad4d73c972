/** A device's connection to a broker: MQTT 5, with a session that outlives the connection. */
import mqtt from "mqtt";
import type { DevicesSettings } from "../../model/plan/devices.ts";
import type { Address } from "../../system/address.ts";

export interface Connection {
  /**
   * Calls `handedOver` when the message is out of the device's hands: with the reason code of the broker's PUBACK or,
   * with QoS 0, with `null` once it was sent. Not called if the connection is lost before.
   */
  publish: (topic: string, text: string, handedOver: (reason: number | null) => void) => void;
  /** Resolves when the connection is lost or was ended. */
  closed: Promise<void>;
  end: () => void;
}

/** Rejects when the broker cannot be reached in time. */
export type Connect = (address: Address, clientId: string) => Promise<Connection>;

const CONNECT_MS = 2000;
/** A silent broker is given up after one and a half times this. */
const KEEP_ALIVE_SECONDS = 5;
const SESSION_SECONDS = 24 * 3600;

export function connectBy({ qos }: Pick<DevicesSettings, "qos">): Connect {
  return async (address, clientId) => {
    const client = mqtt.connect(`mqtt://${address}`, {
      ...{ protocolVersion: 5, clientId, clean: false, properties: { sessionExpiryInterval: SESSION_SECONDS } },
      // The device reconnects itself, perhaps to another broker.
      ...{ reconnectPeriod: 0, connectTimeout: CONNECT_MS, keepalive: KEEP_ALIVE_SECONDS },
    });
    const closed = new Promise<void>((resolve) => void client.once("close", resolve));
    const end = () => void client.end(true);
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => resolve());
      client.on("error", reject);
      closed.then(() => reject(new Error("the broker ended the connection")));
    }).catch((error) => {
      end();
      throw error;
    });
    // The publish callback runs while the client handles a PUBACK, but does not get its reason code.
    let reason = 0;
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "puback") reason = packet.reasonCode ?? 0;
    });
    return {
      publish: (topic, text, handedOver) => {
        client.publish(topic, text, { qos }, (error) => {
          if (!error) handedOver(qos === 0 ? null : reason);
        });
      },
      closed,
      end,
    };
  };
}

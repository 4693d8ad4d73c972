/** The names of device messages, in transit and in FHIR: the device and the message's number, from 1 without gaps. */

/** The system of the identifier in the resource. */
export const MESSAGE_SYSTEM = "urn:fhirdrill:device-message";

/** The topic to which a device publishes, and the one to which a bridge subscribes. */
export const TOPIC = { of: (device: string) => `fhirdrill/devices/${device}`, ofAll: "fhirdrill/devices/+" };

export interface DeviceMessage {
  device: string;
  seq: number;
}

export function deviceName(place: number): string {
  return `d${place + 1}`;
}

/** The identifier's value, also shown to people. */
export function messageName({ device, seq }: DeviceMessage): string {
  return `${device}:${seq}`;
}

/** `null` for another text. */
export function messageOf(name: string): DeviceMessage | null {
  const [, device, seq] = /^(.+):(\d{1,9})$/.exec(name) ?? [];
  return device === undefined || seq === undefined ? null : { device, seq: Number(seq) };
}

/**
 * The prefix of the request id of a message's write; `d3-17` follows. The load's ids begin differently. HAPI keeps 16
 * characters of an X-Request-ID: room for all devices, and millions of messages of each.
 */
export const DEVICE_REQUEST_PREFIX = "dev-";

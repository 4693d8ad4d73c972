/** What a device's message is called, on its way and in FHIR: by the device, and by its number there, from 1 without a gap. */

/** Of the identifier that the resource bears. */
export const MESSAGE_SYSTEM = "urn:fhirdrill:device-message";

/** Where a device publishes, and what a bridge subscribes to. */
export const TOPIC = { of: (device: string) => `fhirdrill/devices/${device}`, ofAll: "fhirdrill/devices/+" };

export interface DeviceMessage {
  device: string;
  seq: number;
}

export function deviceName(place: number): string {
  return `d${place + 1}`;
}

/** The identifier's value, and what people are shown. */
export function messageName({ device, seq }: DeviceMessage): string {
  return `${device}:${seq}`;
}

/** `null` for another text. */
export function messageOf(name: string): DeviceMessage | null {
  const [, device, seq] = /^(.+):(\d{1,9})$/.exec(name) ?? [];
  return device === undefined || seq === undefined ? null : { device, seq: Number(seq) };
}

/**
 * Begins the request id of each such write; `d3-17` follows. The load's begin otherwise, so that nobody takes one for the
 * other. HAPI keeps 16 characters of an X-Request-ID: room for all devices, and millions of messages of each.
 */
export const DEVICE_REQUEST_PREFIX = "dev-";

/** The two regions: A is where writes go at first, B follows A. */
export const SIDES = ["a", "b"] as const;
export type Side = (typeof SIDES)[number];
export const FIRST_PRIMARY: Side = "a";

export function otherSide(side: Side): Side {
  return side === "a" ? "b" : "a";
}

/** The components of the regions, and the proxy in front of both: each is a container that can be killed or frozen. */
export const PARTS = ["hapi-a", "hapi-b", "pg-a", "pg-b", "nginx"] as const;
export type Part = (typeof PARTS)[number];

/** Where the configuration has devices: each region's broker, and the bridge that passes on what it takes. */
export const DEVICE_PARTS = ["broker-a", "broker-b", "bridge-a", "bridge-b"] as const;
export type DevicePart = (typeof DEVICE_PARTS)[number];

export function isDevicePart(part: string): part is DevicePart {
  return (DEVICE_PARTS as readonly string[]).includes(part);
}

/**
 * The links of the system. Each is a proxy that can be slowed, cut or refused. B follows A through `replication`, and A
 * follows B through `replication-back`.
 */
export const LINKS = ["edge", "hapi-a", "hapi-b", "pg-a", "pg-b", "replication", "replication-back"] as const;
export type Link = (typeof LINKS)[number];

/** The two sites: writes initially go to A, and B follows A. */
export const SITES = ["a", "b"] as const;
export type SiteName = (typeof SITES)[number];
export const FIRST_PRIMARY: SiteName = "a";

export function otherSite(site: SiteName): SiteName {
  return site === "a" ? "b" : "a";
}

/** The components of the sites, and the proxy in front: each is a container that can be killed or frozen. */
export const COMPONENTS = ["hapi-a", "hapi-b", "pg-a", "pg-b", "nginx"] as const;
export type ComponentName = (typeof COMPONENTS)[number];

/** With devices: each region's broker, and the bridge that passes its messages on. */
export const DEVICE_COMPONENTS = ["broker-a", "broker-b", "bridge-a", "bridge-b"] as const;
export type DeviceComponent = (typeof DEVICE_COMPONENTS)[number];

export function isDeviceComponent(component: string): component is DeviceComponent {
  return (DEVICE_COMPONENTS as readonly string[]).includes(component);
}

/**
 * The links of the system. Each is a proxy that can be slowed, cut or refused. B follows A through `replication`, and A
 * follows B through `replication-back`.
 */
export const LINKS = ["edge", "hapi-a", "hapi-b", "pg-a", "pg-b", "replication", "replication-back"] as const;
export type Link = (typeof LINKS)[number];

/** The site of a component or link; `null` for nginx and the edge. A replication link belongs to its follower. */
export function siteOf(place: ComponentName | DeviceComponent | Link): SiteName | null {
  if (place === "replication") return otherSite(FIRST_PRIMARY);
  if (place === "replication-back") return FIRST_PRIMARY;
  return SITES.find((site) => place.endsWith(`-${site}`)) ?? null;
}

/** The private zone, and a resolver's settings with and without it. Pure. */
const ZONE = "privatelink.test";
/** The service's name for clients. */
export const SERVICE_NAME = `fhir.${ZONE}`;
/** A name that each resolver answers by itself, whichever zones are linked to its network. */
export const OWN_NAME = "resolver.test";

const FOLDER = "/etc/coredns";
export const SETTINGS_FILE = `${FOLDER}/Corefile`;
export const ZONE_FILE = `${FOLDER}/${ZONE}.zone`;

const TTL_SECONDS = 10;

/** A resolver reloads a zone only if the serial is higher than its own. */
export function zoneText(serial: number, address: string): string {
  return [
    `$ORIGIN ${ZONE}.`,
    `$TTL ${TTL_SECONDS}`,
    `@ IN SOA ns hostmaster ${serial} 3600 600 86400 ${TTL_SECONDS}`,
    "@ IN NS ns",
    `fhir IN A ${address}`,
    "",
  ].join("\n");
}

const LINK = `${ZONE} {
  errors
  log
  file ${ZONE_FILE} {
    reload 1s
  }
}
`;

/** All other names are unknown: queries are not forwarded. */
const REST = `. {
  errors
  template IN A ${OWN_NAME} {
    answer "{{ .Name }} 1 IN A 127.0.0.1"
  }
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;

export function resolverSettings(linked: boolean): string {
  return linked ? LINK + REST : REST;
}

/**
 * A runner's pod: k6, and beside it a keeper container, through which the files are fetched even after k6 has ended.
 */
import type { V1Container, V1EnvVar, V1PodSecurityContext, V1SecurityContext, V1Volume } from "@kubernetes/client-node";
import { KEEP } from "./keeper.ts";
import {
  CA_KEY,
  type ClusterOptions,
  DATA_MOUNT,
  dataOf,
  HEADERS_KEY,
  headersOf,
  inData,
  LEDGER,
  OPTIONS_KEY,
  RECORD,
  scriptsOf,
} from "./options.ts";
import { SCRIPTS_AT } from "./scripts.ts";

export const K6 = "k6";
export const KEEPER = "keeper";

/** Arguments of k6, before the script's name. */
export const K6_OPTIONS = ["--console-output", LEDGER, "--log-format", "raw"];

/** The user of k6's published image; the keeper must read what k6 writes. A namespace may require all of this. */
const USER = 12345;
export const POD_SECURITY: V1PodSecurityContext = {
  ...{ runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, fsGroup: USER },
  seccompProfile: { type: "RuntimeDefault" },
};
export const CONTAINER_SECURITY: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};

const RECORD_MOUNT = { name: "record", mountPath: RECORD };
export const MOUNTS = [{ name: "scripts", mountPath: SCRIPTS_AT, readOnly: true }, DATA_MOUNT, RECORD_MOUNT];

export function volumes({ name, items }: ClusterOptions): V1Volume[] {
  return [
    { name: "scripts", configMap: { name: scriptsOf(name), items } },
    { name: "data", configMap: { name: dataOf(name) } },
    { name: "record", emptyDir: {} },
  ];
}

/** The options by reference, because Kubernetes would replace `$(…)` in a literal; headers from the Secret. */
export function environment({ name, hasHeaders, hasCa }: ClusterOptions): V1EnvVar[] {
  const load: V1EnvVar = {
    name: "FHIRDRILL_LOAD",
    valueFrom: { configMapKeyRef: { name: dataOf(name), key: OPTIONS_KEY } },
  };
  const headers: V1EnvVar = {
    name: "FHIRDRILL_HEADERS",
    valueFrom: { secretKeyRef: { name: headersOf(name), key: HEADERS_KEY } },
  };
  return [
    load,
    ...(hasHeaders ? [headers] : []),
    { name: "K6_NO_USAGE_REPORT", value: "true" },
    ...(hasCa ? [{ name: "SSL_CERT_FILE", value: inData(CA_KEY) }] : []),
  ];
}

export function keeper({ images }: Pick<ClusterOptions, "images">): V1Container {
  return {
    name: KEEPER,
    image: images.tools,
    command: ["bash", "-c", KEEP],
    volumeMounts: [RECORD_MOUNT],
  };
}

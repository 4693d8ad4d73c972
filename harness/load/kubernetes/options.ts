/** The options of a load in a cluster, for a Job and a TestRun alike. */
import type { Kubernetes } from "../../model/plan/own-system.ts";
import type { Marks } from "../../systems/attached/kubernetes/marks.ts";

export interface ClusterOptions {
  /** The name of the Job or TestRun. The names of its ConfigMaps and Secret begin with it. */
  name: string;
  namespace: string;
  images: Kubernetes["images"];
  runners: number;
  marks: Marks;
  /** Maps keys of the scripts to files. */
  items: { key: string; path: string }[];
  /** Whether requests carry headers, which are in a Secret. */
  hasHeaders: boolean;
  /** Whether k6 trusts only the certificates in the data. */
  hasCa: boolean;
  /** After this time, Kubernetes ends the Job even if it was forgotten. */
  deadlineSeconds: number;
}

export const scriptsOf = (name: string) => `${name}-scripts`;
export const dataOf = (name: string) => `${name}-data`;
export const headersOf = (name: string) => `${name}-headers`;

/** The keys of the data and of the Secret. */
export const OPTIONS_KEY = "options.json";
export const RESOURCES_KEY = "resources.json";
export const CA_KEY = "ca.pem";
export const HEADERS_KEY = "headers.json";

/** The mount point of the data in a pod. */
const DATA_AT = "/fhirdrill-data";
export const inData = (key: string) => `${DATA_AT}/${key}`;
/** Where a runner writes. It is lost with the pod, so it is fetched before. */
export const RECORD = "/record";
export const LEDGER = `${RECORD}/ledger.ndjson`;
export const SUMMARY = `${RECORD}/k6-summary.json`;
export const DATA_MOUNT = { name: "data", mountPath: DATA_AT, readOnly: true };

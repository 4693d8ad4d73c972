/** What a load in a cluster is started from, however it is started there. */
import type { Kubernetes } from "../../model/plan/own-system.ts";
import type { Marks } from "../../systems/attached/kubernetes/marks.ts";

export interface ClusterOptions {
  /** Of the Job or the TestRun; what belongs to it has its name in it. */
  name: string;
  namespace: string;
  images: Kubernetes["images"];
  runners: number;
  marks: Marks;
  /** Which key of the scripts is which file. */
  items: { key: string; path: string }[];
  /** Whether requests carry something, which is in a Secret. */
  hasHeaders: boolean;
  /** Whether k6 trusts the certificates in the data, and no others. */
  hasCa: boolean;
  /** After so long all of it is ended, whoever forgot it. */
  deadlineSeconds: number;
}

export const scriptsOf = (name: string) => `${name}-scripts`;
export const dataOf = (name: string) => `${name}-data`;
export const headersOf = (name: string) => `${name}-headers`;

/** The keys of the data, and of the Secret. */
export const ORDER_KEY = "options.json";
export const RESOURCES_KEY = "resources.json";
export const CA_KEY = "ca.pem";
export const HEADERS_KEY = "headers.json";

/** Where the data are in a pod. */
const DATA_AT = "/fhirdrill-data";
export const inData = (key: string) => `${DATA_AT}/${key}`;
/** What a runner writes: gone with its pod, so it is fetched before that. */
export const RECORD = "/record";
export const LEDGER = `${RECORD}/ledger.ndjson`;
export const SUMMARY = `${RECORD}/k6-summary.json`;
export const DATA_MOUNT = { name: "data", mountPath: DATA_AT, readOnly: true };

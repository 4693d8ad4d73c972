/** The consistency rules of a description. */
import { expect, test } from "vitest";
import { OwnSystemSchema } from "./own-system.ts";

const pod = { is: "database", find: { pod: { "cnpg.io/cluster": "fhir-db" } } };
const container = { is: "database", find: { container: "pg" } };
const kubernetes = { context: "staging", namespace: "fhir" };
const sites = { a: "fhir-db-1", b: "fhir-db-2" };

function whyNot(more: object): [string, string] | null {
  const read = OwnSystemSchema.safeParse({ is: "ours", fhir: { base: "http://fhir.test/fhir" }, ...more });
  const [issue] = read.error?.issues ?? [];
  return issue === undefined ? null : [issue.path.join("."), issue.message];
}

test("pods are found in a cluster, and everything else on an engine", () => {
  expect(whyNot({ kubernetes, targets: { db: pod } })).toBeNull();
  expect(whyNot({ targets: { db: container } })).toBeNull();
});

test.each<[string, object, string, RegExp]>([
  ["a pod without a cluster", { targets: { db: pod } }, "targets.db.find", /a pod needs a cluster: set kubernetes/],
  [
    "a container beside pods",
    { kubernetes, targets: { db: pod, other: container } },
    "targets.other.find",
    /can only have pods; describe an engine's containers as another system/,
  ],
  [
    "CloudNativePG without a cluster of Kubernetes",
    { observe: { primary: { cnpg: { cluster: "fhir-db", sites } } } },
    "observe.primary",
    /it needs a cluster: set kubernetes/,
  ],
  [
    "a password in an address that stands in files",
    { kubernetes: { ...kubernetes, base: "http://me:secret@fhir:8080/fhir" }, targets: { db: pod } },
    "kubernetes.base",
    /must not contain a user name or password: use fhir.auth/,
  ],
  [
    "a primary by label without a cluster",
    { observe: { primary: { pods: { labels: { role: "primary" }, sites } } } },
    "observe.primary",
    /it needs a cluster: set kubernetes/,
  ],
  [
    "no label",
    { kubernetes, targets: { db: { ...pod, find: { pod: {} } } } },
    "targets.db.find.pod",
    /at least one label/,
  ],
  ["a selector", { kubernetes, targets: { db: { ...pod, find: { pod: { "a,b": "c" } } } } }, "targets.db.find", /./],
  [
    "a selector's value",
    { kubernetes, targets: { db: { ...pod, find: { pod: { a: "b,c=d" } } } } },
    "targets.db.find.pod.a",
    /the value of a label/,
  ],
  [
    "one pod for both sites",
    { kubernetes, observe: { primary: { cnpg: { cluster: "fhir-db", sites: { a: "x", b: "x" } } } } },
    "observe.primary.cnpg.sites",
    /a pod of its own/,
  ],
])("%s is refused", (_, more, path, message) => {
  const why = whyNot(more);
  expect(why?.[0]).toBe(path);
  expect(why?.[1]).toMatch(message);
});

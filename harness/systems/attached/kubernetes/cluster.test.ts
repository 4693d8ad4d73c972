/** The cluster is read from kubeconfigs as by kubectl. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clusterOf } from "./cluster.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), `fhirdrill kube${delimiter}config `));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A file with one context, whose cluster and user have the same name. */
function file(name: string, context: string, server = `https://${name}:6443`): string {
  const path = join(folder, name);
  const all = {
    ...{ apiVersion: "v1", kind: "Config" },
    clusters: [{ name: context, cluster: { server } }],
    users: [{ name: context, user: { token: name } }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
  };
  writeFileSync(path, JSON.stringify(all));
  return path;
}
const at = (context: string, kubeconfig?: string) =>
  clusterOf({ context, namespace: "fhir", ...(kubeconfig === undefined ? {} : { kubeconfig }) });

test("one file, even if its path contains the separator", () => {
  expect(at("staging", file("one", "staging")).context).toBe("staging");
});

test("several files, by the variable: missing ones are ignored, and the first of two equal names counts", () => {
  // Not possible if a folder has the separator in its name.
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-kubeconfigs-"));
  const files = [file("one", "staging"), join(folder, "none"), file("two", "staging"), file("three", "other")];
  vi.stubEnv("KUBECONFIG", files.join(delimiter));
  expect(at("staging").context).toBe("staging");
  expect(at("other").context).toBe("other");
  expect(() => at("third")).toThrow(/there is no context "third": the kubeconfig has staging, other/);
});

test("without a kubeconfig the failure says so, without the client's made-up context", () => {
  vi.stubEnv("KUBECONFIG", undefined);
  vi.stubEnv("HOME", folder);
  expect(() => at("staging")).toThrow(/there is no kubeconfig, or it has no context/);
});

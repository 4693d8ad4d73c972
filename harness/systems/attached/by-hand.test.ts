import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { commandOf } from "./by-hand.ts";
import type { Undo } from "./journal.ts";

const container = { id: "4a5b", name: "shop-db-1" };
const none = { NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0 };

test.each<[Undo, string]>([
  [{ how: "start", container }, "docker start 4a5b"],
  [{ how: "unpause", container }, "docker unpause 4a5b"],
  [{ how: "processor", container, was: none }, "docker update --cpu-quota -1 4a5b"],
  [{ how: "processor", container, was: { ...none, CpuQuota: 150_000 } }, "docker update --cpu-quota 150000 4a5b"],
  [{ how: "processor", container, was: { ...none, NanoCpus: 1_500_000_000 } }, "docker update --cpus 1.5 4a5b"],
])("%j is undone by hand by %s", (undo, command) => expect(commandOf(undo)).toBe(command));

const cluster = { kubeconfig: "/home/me/my config", context: "staging", namespace: "fhir" };
const kubectl = "KUBECONFIG='/home/me/my config' kubectl --context staging --namespace fhir";
const pod = { name: "db-0", uid: "u" };
const controller = { kind: "Cluster", apiVersion: "postgresql.cnpg.io/v1", name: "fhir-db", uid: "c" };

test.each<[Undo, string]>([
  [{ how: "await-replacement", cluster, pod, controller, ready: 1 }, "describe cluster.v1.postgresql.cnpg.io fhir-db"],
  [{ how: "await-restart", cluster, pod, container: "main" }, "describe pod db-0"],
  [
    { how: "uncordon", cluster, node: { name: "node-1", uid: "n" }, by: "run" },
    `patch node node-1 --type merge --patch '{"metadata":{"annotations":{"fhirdrill.drained-by":null}},"spec":{"unschedulable":null}}'`,
  ],
])("a fault on a pod or its node is undone by hand with context and namespace: %j", (undo, command) => {
  expect(commandOf(undo)).toBe(`${kubectl} ${command}`);
  expect(commandOf({ ...undo, cluster: { ...cluster, kubeconfig: null } } as Undo)).toBe(
    `kubectl --context staging --namespace fhir ${command}`,
  );
});

test("an isolation of a pod is ended by hand from a new container, because the one that isolated it may have exited", () => {
  const command = commandOf({ how: "let-in", cluster, pod, by: "fhirdrill-isolation-1", image: "tools:1" });
  expect(command.startsWith(`${kubectl} debug db-0 --profile netadmin --image tools:1 -- bash -c 'for t in`)).toBe(
    true,
  );
});

test("a program's arguments and environment are quoted for a shell", () => {
  const undo: Undo = {
    how: "hook",
    heal: {
      argv: ["sh", "-c", 'printf "%s|" "$(pwd)" "$SAID" "$MORE" "$@"', "-", "it's", "$HOME; ls *", ""],
      timeoutSeconds: 5,
    },
    evidence: { argv: ["see"], timeoutSeconds: 5 },
    environment: { PATH: process.env.PATH ?? "", SAID: "a 'b' \"c\"" },
    folder: tmpdir(),
  };
  const out = execFileSync("sh", ["-c", commandOf(undo)], { encoding: "utf8", env: { ...process.env, MORE: "no" } });
  expect(out).toBe(`${tmpdir()}|a 'b' "c"||it's|$HOME; ls *||`);
});

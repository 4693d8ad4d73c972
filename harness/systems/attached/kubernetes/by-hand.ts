/** How to undo a fault on a pod by hand: kubectl commands, each with its context and namespace. */
import { REJOIN_BY_HAND } from "../isolation.ts";
import { word } from "../word.ts";
import { type PodUndo, UNDRAINED } from "./undo.ts";

export function kubectlOf(undo: PodUndo): string {
  const { kubeconfig, context, namespace } = undo.cluster;
  const files = kubeconfig === null ? [] : [`KUBECONFIG=${word(kubeconfig)}`];
  const kubectl = [...files, "kubectl", "--context", word(context), "--namespace", word(namespace)].join(" ");
  switch (undo.how) {
    case "await-replacement": {
      const { kind, apiVersion, name } = undo.controller;
      const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
      // Nothing to undo: this shows why there is no other pod.
      return `${kubectl} describe ${word([kind.toLowerCase(), version, group].join("."))} ${word(name)}`;
    }
    case "await-restart":
      return `${kubectl} describe pod ${word(undo.pod.name)}`;
    case "let-in":
      return `${kubectl} debug ${word(undo.pod.name)} --profile netadmin --image ${word(undo.image)} -- bash -c ${word(REJOIN_BY_HAND)}`;
    case "uncordon":
      // kubectl's own `uncordon` would leave the annotation that marks the node as ours.
      return `${kubectl} patch node ${word(undo.node.name)} --type merge --patch ${word(JSON.stringify(UNDRAINED))}`;
  }
}

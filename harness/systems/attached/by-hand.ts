/** How to undo a fault by hand: commands to paste into a shell. */
import { REJOIN_BY_HAND } from "./isolation.ts";
import type { ContainerUndo, Entry, HookUndo, Limit, Undo } from "./journal.ts";
import { kubectlOf } from "./kubernetes/by-hand.ts";
import { word } from "./word.ts";

export function describeEntry({ fault, of, undo, at }: Entry): string {
  return `${fault} of ${of}, of ${at}: ${commandOf(undo)}`;
}

export function commandOf(undo: Undo): string {
  if (undo.how === "hook") return commandOfHook(undo);
  if ("cluster" in undo) return kubectlOf(undo);
  const { id } = undo.container;
  if (undo.how === "rejoin")
    return `docker run --rm --network container:${id} --cap-add NET_ADMIN --entrypoint bash ${word(undo.image)} -c ${word(REJOIN_BY_HAND)}`;
  if (undo.how === "processor") return `docker update ${optionOf(undo.was)} ${id}`;
  return `docker ${undo.how} ${id}`;
}

export function startCommand({ container }: ContainerUndo): string {
  return `docker start ${container.id}`;
}

function commandOfHook({ heal, environment, folder }: HookUndo): string {
  const settings = Object.entries(environment).map(([name, value]) => word(`${name}=${value}`));
  return ["cd", word(heal.folder ?? folder), "&&", "env", "-i", ...settings, ...heal.argv.map(word)].join(" ");
}

function optionOf({ NanoCpus, CpuQuota }: Limit): string {
  return NanoCpus > 0 ? `--cpus ${NanoCpus / 1e9}` : `--cpu-quota ${CpuQuota > 0 ? CpuQuota : -1}`;
}

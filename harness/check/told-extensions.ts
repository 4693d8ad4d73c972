/**
 * Recorded extensions: what ran beside the writes (devices, a bulk export, a vault, reads of registers, clients in
 * networks of their own), according to the scenario, the configuration, `run.json`, the files and the samples of
 * machine use. If one of them denies an extension that another one has, or what a vault guards, checks would not be
 * asked although their evidence is there.
 */
import { DEVICE_COMPONENTS, SITES } from "../model/plan/site.ts";
import { RENEWERS, SAMPLED_OF_VAULT } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { VaultLine } from "../model/record/vault.ts";

/** What is wrong with them, one sentence each. */
export function wrongExtensions(record: RunRecord): string[] {
  const { run, probes, devices, bulkExport, vault, looks } = record;
  const { scenario, config } = run;
  const sampled = new Set(probes.flatMap((probe) => (probe.type === "resources" ? [probe.part] : [])));
  const ofDevices =
    Object.values(devices).some((lines) => lines.length > 0) || DEVICE_COMPONENTS.some((part) => sampled.has(part));
  const ofVault = vault.length > 0 || SAMPLED_OF_VAULT.some((part) => sampled.has(part));
  const ofAccess = vault.some(isCertificate) || RENEWERS.some((part) => sampled.has(part));
  const extensions: [string, boolean, boolean][] = [
    ["devices", ofDevices || config.devices !== null, scenario.devices !== null],
    ["devices", ofDevices || scenario.devices !== null, config.devices !== null],
    ["a bulk export", bulkExport.length > 0, scenario.bulkExport !== null],
    ["a vault", ofVault, config.vault !== null],
    ["searches of data directories", vault.some(isOfData), config.vault?.guards !== "access"],
    ["client certificates", ofAccess, config.vault?.guards !== "data"],
    ["reads of registers", looks.length > 0, scenario.load.reads !== undefined],
  ];
  const denied = extensions.filter(([, isThere, isPlanned]) => isThere && !isPlanned);
  return [
    ...denied.map(([what]) => `the record has ${what}, but its scenario or its configuration has not`),
    ...wrongNetworks(record),
  ];
}

function isOfData(line: VaultLine): boolean {
  return line.type === "searched" || (line.type === "unreadable" && line.what === "data");
}

function isCertificate(line: VaultLine): boolean {
  return line.type === "given" && line.untilEpochMs !== null;
}

function wrongNetworks({ run }: RunRecord): string[] {
  const { privateLink: used, runners, scenario, config } = run;
  const planned = [scenario.privateLink === true, config.privateLink !== null];
  if (planned.some((each) => each !== (used !== null)))
    return ["scenario, configuration and run.json do not agree on whether clients were in networks of their own"];
  if (used === null) return [];
  const own = SITES.map((side) => used[side].runner);
  const unknown = own.filter((runner) => !runners?.includes(runner));
  return [
    ...(new Set(own).size < own.length ? ["the clients of both networks are recorded as one runner's"] : []),
    ...unknown.map((runner) => `the clients of a network are recorded as ${runner}'s, which is no runner of the load`),
  ];
}

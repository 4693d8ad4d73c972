/** Whether a system has the capabilities that a scenario needs. Checked before anything is started. */
import { needsOf } from "../faults/index.ts";
import { type Capability, lackOf } from "../model/plan/capability.ts";
import { faultName } from "../model/plan/fault.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import { usageFailure } from "../model/program/failure.ts";
import { needsOfOperation } from "../operator/needs.ts";

const CLIENTS_NEED: readonly Capability[] = ["privateLink"];
const DEVICES_NEED: readonly Capability[] = ["devices"];
const EXPORT_NEEDS: readonly Capability[] = ["exports"];

type Asked = Pick<Scenario, "faults" | "orders"> & Partial<Pick<Scenario, "bulkExport" | "devices" | "privateLink">>;

/** Why the system cannot run the scenario; `null` when it can. */
export function unsupported(
  { faults, orders, bulkExport = null, devices = null, privateLink }: Asked,
  has: ReadonlySet<Capability>,
): string | null {
  const asked = [
    ...(privateLink ? [{ what: "a load from private networks", needs: CLIENTS_NEED }] : []),
    ...(devices === null ? [] : [{ what: "a feed of devices", needs: DEVICES_NEED }]),
    ...faults.map((fault) => ({ what: faultName(fault), needs: needsOf(fault) })),
    ...orders.map(({ kind }) => ({ what: kind, needs: needsOfOperation(kind, has) })),
    ...(bulkExport === null ? [] : [{ what: "a bulk export", needs: EXPORT_NEEDS }]),
  ];
  for (const { what, needs } of asked) {
    const lack = lackOf(needs, has);
    if (lack !== null) return `${what} ${lack}`;
  }
  return null;
}

export function refuseUnsupported(scenario: Asked & Pick<Scenario, "name">, has: ReadonlySet<Capability>): void {
  const why = unsupported(scenario, has);
  if (why === null) return;
  throw usageFailure(`${scenario.name} cannot be drilled on this system`, why, "choose another scenario");
}

/**
 * Attached containers are broken and healed: each fault is observed while it lasts, and ends even if the drill dies.
 */
import { expect } from "vitest";
import { armFault } from "../harness/faults/index.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import type { ContainerTarget } from "../harness/system/target.ts";
import { bareSystem } from "../harness/system/testing/bare-system.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";
import { test } from "./not-ours.ts";
import { act, tryOut } from "./try-out.ts";

const at = { target: "server", afterSeconds: 0 };
const SILENCING: FaultSpec[] = [
  { kind: "target-loss", ...at },
  { kind: "target-freeze", ...at },
  { kind: "target-isolation", ...at },
];
/** The longest begins first. */
const FAULTS: FaultSpec[] = [{ kind: "target-starvation", cores: 0.02, ...at }, ...SILENCING];
const systemOf = (target: ContainerTarget) => bareSystem({ target: () => target, container: () => target });

test.concurrent.for(FAULTS)(
  "$kind is not seen before, is active until it is healed, and then is gone",
  async (spec, { another }) => {
    const it = await another();
    await tryOut(systemOf(it.target), spec, 20_000);
    await it.untilWhole();
    await it.untilNoSwitch();
    expect(it.isOpen()).toEqual([[spec.kind, false]]);
  },
);

test.concurrent.for(SILENCING)(
  "while $kind lasts, nobody is answered, and its journal says how to undo it",
  async (spec, { another }) => {
    const it = await another();
    const fault = armFault(systemOf(it.target), spec);
    expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
    expect(await it.asked()).toBe(false);
    expect(it.isOpen()).toEqual([[spec.kind, true]]);
    expect(await act("heal", fault, 20_000)).toEqual(["healed"]);
    await it.untilWhole();
  },
);

test.concurrent("a crash kills the main process, and the container's own restart policy acts", async ({ another }) => {
  const it = await another({ RestartPolicy: { Name: "always" } });
  const before = await it.target.startedAt();
  const fault = armFault(systemOf(it.target), { kind: "target-crash", ...at });
  expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
  await it.untilAnswers();
  expect(await it.target.startedAt()).not.toBe(before);
  expect(await act("heal", fault, 20_000)).toEqual(["healed"]);
});

test.concurrent("a container's own processor limit is restored afterwards", async ({ another }) => {
  const { handle, target } = await another({ NanoCpus: 1_500_000_000 });
  const own = async () => (await handle.inspect()).HostConfig.NanoCpus;
  expect(await target.processorLimit()).toBe("theirs");
  await target.limitProcessor(0.02);
  expect([await own(), await target.processorLimit()]).toEqual([20_000_000, "ours"]);
  await target.restoreProcessor();
  expect([await own(), await target.processorLimit()]).toEqual([1_500_000_000, "theirs"]);
  await expect(target.limitProcessor(1.5)).rejects.toThrow("already has a limit of 1.5 processors");
});

test.concurrent("no fault outlasts its limit, even if the drill lives", async ({ another }) => {
  const it = await another();
  const target = it.breaking(2);
  await target.freeze();
  await it.untilAnswers();
  await target.thaw();
  expect(it.isOpen()).toEqual([["target-freeze", false]]);
});

test.concurrent("a switch that gets SIGTERM ends the fault before it exits", async ({ prerequisites, another }) => {
  const it = await another();
  await it.target.freeze();
  const [one] = await it.switches();
  await dockerOf(prerequisites.engine)
    .getContainer((one as NonNullable<typeof one>).Id)
    .stop({ t: 30 });
  expect(await it.target.status()).toEqual({ running: true, frozen: false });
  await it.target.thaw();
});

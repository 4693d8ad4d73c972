import { expect, test } from "vitest";
import type { ContainerTarget } from "../system/target.ts";
import { bareContainerTarget, bareSystem } from "../system/testing/bare-system.ts";
import { armFault } from "./index.ts";

interface Seen {
  limit: Awaited<ReturnType<ContainerTarget["processorLimit"]>>;
  /** By how much the kernel's counter grows from one look to the next. */
  throttled: number;
  running?: boolean;
}
function starved({ limit, throttled, running = true }: Seen) {
  let counter = 40;
  const target = bareContainerTarget("db", {
    timesThrottled: async () => (counter += throttled),
    processorLimit: async () => limit,
    status: async () => ({ running, frozen: false }),
  });
  const spec = { kind: "target-starvation", target: "db", cores: 0.1, afterSeconds: 0 } as const;
  return armFault(bareSystem({ container: () => target }), spec);
}

test.concurrent.each<[string, Seen, boolean, boolean]>([
  ["limited and throttled", { limit: "ours", throttled: 3 }, true, false],
  ["limited, with nothing to do", { limit: "ours", throttled: 0 }, false, false],
  ["not limited", { limit: null, throttled: 0 }, false, true],
  ["not limited, and throttled all the same", { limit: null, throttled: 3 }, false, false],
  ["throttled at its own limit", { limit: "theirs", throttled: 3 }, false, true],
  ["not running", { limit: null, throttled: 0, running: false }, false, false],
])("one that is %s", async (_, seen, bit, gone) => {
  expect(await starved(seen).evidence()).toMatchObject({ bit, gone });
});

test("while it lasts, only the limit is looked at", async () => {
  const { bit, gone } = await starved({ limit: "ours", throttled: 0 }).recheck();
  expect([bit, gone]).toEqual([true, false]);
});

import { expect, test } from "vitest";
import type { Drained, Replacement } from "../system/pod.ts";
import { barePod, bareSystem } from "../system/testing/bare-system.ts";
import { armFault } from "./index.ts";

type Seen = Replacement & Pick<Drained, "unschedulable">;

function drained({ unschedulable, ...replacement }: Seen) {
  const pod = barePod("db", {
    replacement: async () => replacement,
    drained: async () => ({ node: "n", unschedulable, evicted: [], refused: 3, refusal: "budget" }),
  });
  return armFault(bareSystem({ pod: () => pod }), { kind: "node-drain", target: "db", afterSeconds: 0 });
}

test.each<[string, Seen, boolean, boolean]>([
  ["takes no pods, and the pod is gone", { unschedulable: true, gone: true, ready: 0, before: 1 }, true, false],
  ["takes no pods, and the pod is there", { unschedulable: true, gone: false, ready: 0, before: 1 }, false, false],
  ["takes pods, and another is there", { unschedulable: false, gone: true, ready: 1, before: 1 }, false, true],
  ["takes pods, and no other is ready", { unschedulable: false, gone: true, ready: 0, before: 1 }, false, false],
  ["takes pods, and the pod never left", { unschedulable: false, gone: false, ready: 0, before: 1 }, false, true],
])("a node that %s", async (_, seen, bit, gone) => {
  const evidence = await drained(seen).evidence();
  expect(evidence).toMatchObject({ bit, gone, detail: { refused: 3, refusal: "budget" } });
});

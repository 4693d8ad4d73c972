import { expect, test } from "vitest";
import type { Replacement } from "../system/pod.ts";
import { barePod, bareSystem } from "../system/testing/bare-system.ts";
import { armFault } from "./index.ts";

function killed(seen: Replacement) {
  const pod = barePod("db", { awaitReplacement: async () => {}, replacement: async () => seen });
  return armFault(bareSystem({ pod: () => pod }), { kind: "pod-kill", target: "db", afterSeconds: 0 });
}

test.each<[string, Replacement, [boolean, boolean], [boolean, boolean]]>([
  ["there", { gone: false, ready: 0, before: 1 }, [false, true], [false, true]],
  ["gone", { gone: true, ready: 0, before: 1 }, [true, false], [false, false]],
  ["gone and replaced", { gone: true, ready: 1, before: 1 }, [true, false], [false, true]],
  ["gone, with fewer ready than before", { gone: true, ready: 1, before: 2 }, [true, false], [false, false]],
])(
  "a pod that is %s: active until it is healed, and cleared when there are as many as before",
  async (_, seen, ...want) => {
    const fault = killed(seen);
    const looked = async () => {
      const { bit, gone } = await fault.evidence();
      return [bit, gone];
    };
    const before = await looked();
    await fault.heal();
    expect([before, await looked()]).toEqual(want);
  },
);

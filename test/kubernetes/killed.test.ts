/** The process that isolated a pod is killed: the isolation ends by the dead man's switch, or by the journal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { until } from "../../harness/system/waiting.ts";
import { healFromJournal } from "../../harness/systems/attached/heal.ts";
import { switchesIn } from "../../harness/systems/attached/kubernetes/isolation-switch.ts";
import { type APod, test } from "./a-pod.ts";

const BREAKER = fileURLToPath(new URL("./breaker.ts", import.meta.url));

/** Resolves when it has isolated the pod; then it can be killed. */
async function breaker({ kubernetes, name, folder }: APod): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [BREAKER, JSON.stringify(kubernetes), name, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (piece) => String(piece).includes("injected") && resolve());
    child.once("exit", () => reject(new Error("it ended")));
  });
  return async () => {
    child.kill("SIGKILL");
    await ended;
  };
}

test("it ends by itself, and its switch exits", async ({ another, cluster }) => {
  const it = await another();
  const kill = await breaker(it);
  expect([await it.asked(), it.isOpen()]).toEqual([false, [["target-isolation", true]]]);
  await kill();
  await it.untilAnswers();
  const { container, id } = await it.found();
  await until({ what: "the switch's end", deadlineMs: 30_000 }, async () => {
    return (await switchesIn(cluster, { name: container, uid: id })).length === 0;
  });
  expect(await healFromJournal(null, it.folder)).toMatchObject([
    { outcome: "not-in-force", seen: "its switch has ended the isolation and exited" },
  ]);
});

test("its journal ends it at once, in another process, and only once", async ({ another }) => {
  const it = await another();
  const kill = await breaker(it);
  expect(await it.asked()).toBe(false);
  // While its holder lives, it does not end by itself.
  expect(await healFromJournal(null, it.folder)).toMatchObject([{ fault: "target-isolation", outcome: "undone" }]);
  await it.untilAnswers();
  expect(await healFromJournal(null, it.folder)).toMatchObject([{ outcome: "not-in-force" }]);
  await kill();
});

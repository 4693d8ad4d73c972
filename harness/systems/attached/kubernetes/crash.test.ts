import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { killScript } from "./crash.ts";

test.each([undefined, "", "0123456789abcdef", "containerd://", "containerd://x; rm -rf /"])(
  "%s is not a container id",
  (id) => {
    expect(() => killScript(id)).toThrow(/has no id yet/);
  },
);

test("nothing is killed if no process belongs to the container", async () => {
  const child = spawn("sleep", ["60"]);
  const { status, stdout } = spawnSync("bash", ["-c", killScript(`containerd://${"ab".repeat(32)}`)], {
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([1, "no process here has that container\n"]);
  expect(child.exitCode).toBeNull();
  child.kill();
  await once(child, "exit");
});

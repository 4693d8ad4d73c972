/** Commands that cannot reach the intended container engine: each names it, and starts no other. */
import { execFile } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEAD_ADDRESS } from "../system/testing/loopback-server.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-no-engine-"));
const started = join(folder, "started");
const [bin, closed, mute] = ["bin", "closed.sock", "mute.sock"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const servers: Server[] = [];

beforeAll(async () => {
  chmodSync(folder, 0o755);
  mkdirSync(bin);
  for (const name of ["dockerd", "apt-get"])
    writeFileSync(join(bin, name), `#!/bin/sh\necho ${name} >> ${started}\n`, { mode: 0o755 });
  for (const path of [closed, mute]) {
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once("listening", resolve));
    servers.push(server);
  }
  chmodSync(closed, isRoot ? 0o600 : 0o000);
  if (isRoot) chownSync(closed, 0, 0);
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

function fhirdrill(
  command: string,
  env: Record<string, string>,
  uid?: number,
): Promise<{ code: unknown; text: string }> {
  const { DOCKER_HOST: _, DOCKER_CONTEXT: __, ...rest } = process.env;
  const options = { env: { ...rest, PATH: bin, HOME: folder, ...env }, ...(uid === undefined ? {} : { uid }) };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, command], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, text: stdout + stderr }),
    );
  });
}

test.concurrent.each([
  [
    "tcp",
    { DOCKER_HOST: `tcp://${DEAD_ADDRESS}` },
    70,
    new RegExp(`DOCKER_HOST does not answer[^]*tcp://${DEAD_ADDRESS}: connect ECONNREFUSED`),
  ],
  ["a socket", { DOCKER_HOST: "unix:///nowhere.sock" }, 70, /DOCKER_HOST does not answer[\s\S]*ENOENT/],
  ["ssh", { DOCKER_HOST: "ssh://me@far.example" }, 64, /DOCKER_HOST[\s\S]*ssh:\/\/me@far\.example is another machine/],
  ["a context", { DOCKER_CONTEXT: "nope" }, 64, /the docker context "nope" names no container engine/],
] as const)("an engine that is not there, named by %s", async (_, env, code, says) => {
  const [run, clean, doctor] = await Promise.all(["run", "clean", "doctor"].map((command) => fhirdrill(command, env)));
  expect(run).toEqual({ code, text: expect.stringMatching(says) });
  expect(run?.text).toMatch(/^ {3}do: /m);
  expect(clean).toEqual(run);
  const found = / {5}engine .*(DOCKER_HOST|the docker context "nope")/;
  expect(doctor).toEqual({ code: 70, text: expect.stringMatching(found) });
  expect(existsSync(started)).toBe(false);
});

test.concurrent.each(["run", "clean"])("%s by a user without permission tells how to get it", async (command) => {
  const where = { DOCKER_HOST: `unix://${closed}`, FHIRDRILL_RESULTS: join(tmpdir(), "of nobody") };
  const ended = await fhirdrill(command, where, isRoot ? NOBODY : undefined);
  expect(ended.code).toBe(70);
  expect(ended.text).toMatch(
    /this user may not use the container engine[\s\S]*permission denied[\s\S]*usermod -aG docker/,
  );
  expect(existsSync(started)).toBe(false);
});

test.concurrent("the wait for an engine that accepts connections but never answers is limited", async () => {
  const ended = await fhirdrill("clean", { DOCKER_HOST: `unix://${mute}` });
  expect(ended).toEqual({ code: 70, text: expect.stringMatching(/does not answer[\s\S]*has said nothing for/) });
});

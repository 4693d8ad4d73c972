/** Which engine the environment and the docker command's files name. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { knock, namedEngine } from "./engine-address.ts";

const home = mkdtempSync(join(tmpdir(), "fhirdrill-home-"));
afterAll(() => rmSync(home, { recursive: true }));

const meta = join(home, ".docker/contexts/meta", createHash("sha256").update("lab").digest("hex"));
mkdirSync(meta, { recursive: true });
writeFileSync(join(meta, "meta.json"), JSON.stringify({ Endpoints: { docker: { Host: "unix:///run/lab.sock" } } }));

test("no engine is named", () => {
  expect(namedEngine({}, join(home, "elsewhere"))).toBeNull();
  expect(namedEngine({ DOCKER_CONTEXT: "default", DOCKER_HOST: "" }, home)).toBeNull();
});

test("DOCKER_HOST precedes a context, and DOCKER_CONTEXT the current context", () => {
  const unix = "unix:///run/other.sock";
  expect(namedEngine({ DOCKER_HOST: unix, DOCKER_CONTEXT: "lab" }, home)).toMatchObject({
    url: unix,
    by: "DOCKER_HOST",
  });
  writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ currentContext: "gone" }));
  expect(namedEngine({ DOCKER_CONTEXT: "lab" }, home)).toMatchObject({ url: "unix:///run/lab.sock" });
  expect(() => namedEngine({}, home)).toThrow('the docker context "gone" names no container engine');
  writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ currentContext: "lab" }));
  expect(namedEngine({}, home)).toMatchObject({
    url: "unix:///run/lab.sock",
    undo: "run `docker context use default`",
  });
});

test.each(["ssh://me@far.example", "ssh://localhost", "tcp://docker:2375", "tcp://10.0.0.7:2376"])(
  "%s is on another machine, which a drill cannot use",
  (url) => expect(() => namedEngine({ DOCKER_HOST: url }, home)).toThrow(`${url} is another machine`),
);

test.each(["/var/run/docker.sock", "localhost:2375", "file:///x"])("%s is not an address", (url) => {
  expect(() => namedEngine({ DOCKER_HOST: url }, home)).toThrow("is not an address of an engine");
});

test.each(["tcp://127.0.0.1:2375", "tcp://localhost:2375", "tcp://[::1]:2375", "unix:///run/user/7/docker.sock"])(
  "%s is on this machine",
  (url) => expect(namedEngine({ DOCKER_HOST: url }, home)?.url).toBe(url),
);

test("a knock returns the error for a missing socket, also at a path that a URL encodes", async () => {
  const path = join(home, "a b#ü.sock");
  const at = `unix://${encodeURI(path).replaceAll("#", "%23")}`;
  expect(await knock(at)).toMatchObject({ code: "ENOENT" });
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once("listening", resolve));
  expect(await knock(at)).toBeNull();
  server.close();
  expect(await knock("tcp://127.0.0.1:1")).toMatchObject({ code: "ECONNREFUSED" });
});

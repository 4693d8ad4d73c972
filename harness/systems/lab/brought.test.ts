import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { broughtFor } from "./brought.ts";
import { contentTag } from "./image-build.ts";

test("the bridge is built from the harness's own Node and MQTT client, with the client's dependencies", () => {
  const brought = broughtFor("bridge");
  const targets = brought?.files.map(({ target }) => target) ?? [];
  expect(targets).toEqual(
    expect.arrayContaining(["node", "node_modules/mqtt", "node_modules/mqtt-packet", "node_modules/ws"]),
  );
  expect(new Set(targets).size).toBe(targets.length);
  expect(brought?.files.filter(({ source }) => !existsSync(source))).toEqual([]);
  expect(brought?.files.find(({ target }) => target === "node")?.source).toBe(process.execPath);
  expect(brought?.stamp).toMatch(new RegExp(`^node ${process.version} .+\nmqtt \\d`));
});

test("the bridge starts with these files alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-bridge-"));
  try {
    for (const { source, target } of broughtFor("bridge")?.files ?? [])
      if (target !== "node") cpSync(source, join(folder, target), { recursive: true, dereference: true });
    cpSync(join(import.meta.dirname, "../../../docker/bridge/bridge.mts"), join(folder, "bridge.mts"));
    const script = "await import('./bridge.mts'); console.log('loaded')";
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      ...{ cwd: folder, encoding: "utf8" },
    });
    expect([stdout, stderr]).toEqual(["loaded\n", ""]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a database with an encrypted data directory uses the entry point of the ordinary one", () => {
  const brought = broughtFor("encrypted-postgres");
  expect(brought?.files.map(({ target }) => target)).toEqual(["docker-entrypoint.sh"]);
  const [file] = brought?.files ?? [];
  expect(file?.source).toMatch(/docker\/postgres\/docker-entrypoint\.sh$/);
  expect(brought?.stamp).toBe(readFileSync(file?.source ?? "", "utf8"));
});

test("other images contain no files of the harness", () => {
  for (const part of ["tools", "mosquitto", "openbao", "hapi"]) expect(broughtFor(part)).toBeNull();
  expect(contentTag("bridge")).toMatch(/^fhirdrill\/bridge:[0-9a-f]{12}$/);
  expect(existsSync(join(import.meta.dirname, "../../../docker/bridge/node"))).toBe(false);
});

/**
 * The examples: compose.yaml and start.sh start the same, everything that a description names exists, and the programs
 * of the hooks work. Docker and curl are replaced by fakes.
 */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parsed } from "../harness/cli/parsed.ts";
import { loadSettings } from "../harness/cli/settings.ts";
import type { Hook, OwnSystem } from "../harness/model/plan/own-system.ts";
import { SettingsSchema } from "../harness/model/plan/settings.ts";
import { listen } from "../harness/system/testing/loopback-server.ts";
import { until } from "../harness/system/waiting.ts";

const OWN_COMPOSE = fileURLToPath(new URL("../examples/own-compose/", import.meta.url));
const OWN_HOOKS = fileURLToPath(new URL("../examples/own-hooks/", import.meta.url));
const PROJECT = "fhir-staging";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-examples-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The arguments of each call of the program, in order. */
const LOG = join(folder, "log");
function standIn(program: string, script = ""): void {
  const path = join(folder, program);
  const keep = `{ for each in "$@"; do printf '%s\\n' "$each"; done; echo ---; } >>${LOG}`;
  writeFileSync(path, `#!/bin/sh\n${program === "docker" ? keep : ""}\n${script}\n`);
  chmodSync(path, 0o755);
}
const calls = () =>
  (existsSync(LOG) ? readFileSync(LOG, "utf8") : "")
    .split("---\n")
    .filter((call) => call !== "")
    .map((call) => call.trimEnd().split("\n"));
const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, TMPDIR: folder };
afterEach(() => rmSync(LOG, { force: true }));

interface Service {
  image: string;
  restart: string;
  command?: string[];
  labels?: Record<string, string>;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  networks?: { default: { ipv4_address: string } };
  build?: { context: string; args: Record<string, string> };
}

/** compose.yaml as compose reads it: with the values of .env, or the default in the file. */
function compose(): { services: Record<string, Service>; networks: { default: { ipam: { config: unknown[] } } } } {
  const set = Object.fromEntries(
    [...readFileSync(`${OWN_COMPOSE}.env`, "utf8").matchAll(/^(\w+)=(.*)$/gm)].map((m) => [m[1], m[2]]),
  );
  const text = readFileSync(`${OWN_COMPOSE}compose.yaml`, "utf8");
  const filled = text.replaceAll(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name, otherwise) => set[name] ?? otherwise);
  return parse(filled, { merge: true });
}
const { services, networks } = compose();

/** A service as the list of its container's options of `docker run`. */
function given(name: string, service: Service): string[] {
  const { image, restart, command = [], labels = {}, environment = {}, ports = [], volumes = [], networks } = service;
  const own = (volume: string) => (volume.startsWith(".") ? volume : `${PROJECT}_${volume}`);
  return [
    ...[`--name ${PROJECT}-${name}-1`, `--restart ${restart}`],
    ...[`--network ${PROJECT}_default`, `--network-alias ${name}`],
    ...[`--label com.docker.compose.project=${PROJECT}`, `--label com.docker.compose.service=${name}`],
    ...Object.entries(labels).map(([label, value]) => `--label ${label}=${value}`),
    ...Object.entries(environment).map(([variable, value]) => `--env ${variable}=${value}`),
    ...ports.map((port) => `--publish ${port}`),
    ...volumes.map((volume) => `--volume ${own(volume)}`),
    ...(networks ? [`--ip ${networks.default.ipv4_address}`] : []),
    [image, ...command].join(" "),
  ].toSorted();
}

/** The same list from a call of `docker run`. */
function givenBy([, ...options]: string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < options.length; i += 2) {
    const option = options[i] as string;
    if (option === "--detach") i -= 1;
    else if (option.startsWith("--")) found.push(`${option} ${options[i + 1]?.replace(OWN_COMPOSE, "./")}`);
    else return [...found, options.slice(i).join(" ")].toSorted();
  }
  return found;
}

function started(): string[][] {
  standIn("docker", '[ "$1 $2" != "image inspect" ]');
  standIn("curl");
  execFileSync(`${OWN_COMPOSE}start.sh`, { env, stdio: "pipe" });
  return calls();
}

describe("compose.yaml and start.sh start the same", () => {
  test("each service: image, command, labels, settings, ports, volumes, addresses", () => {
    const runs = started().filter(([command]) => command === "run");
    expect(runs.length).toBe(9);
    const wanted = Object.entries(services).map(([name, each]) => given(name, each).join("\n"));
    expect(runs.map((run) => givenBy(run).join("\n")).toSorted()).toEqual(wanted.toSorted());
  });

  test("the network, and the image that is built", () => {
    const all = started();
    const made = all.find(([command]) => command === "network");
    expect(networks.default.ipam.config).toEqual([{ subnet: made?.[made.indexOf("--subnet") + 1] }]);
    const { build, image } = services["postgres-1"] as Service;
    const args = Object.entries(build?.args ?? {}).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    expect(all.filter(([command]) => command === "build")).toEqual([
      ["build", ...args, "--tag", image, build?.context],
    ]);
    expect(existsSync(join(OWN_COMPOSE, build?.context ?? "", "Dockerfile"))).toBe(true);
  });

  test("images are the pinned ones", () => {
    const source = readFileSync(new URL("../harness/systems/lab/images.ts", import.meta.url), "utf8");
    const published = Object.values(services).filter(({ build }) => build === undefined);
    expect(published.filter(({ image }) => !source.includes(`"${image}"`))).toEqual([]);
  });

  test("stop.sh removes every volume", () => {
    standIn("docker", '[ "$1" != ps ] || echo 4711');
    execFileSync(`${OWN_COMPOSE}stop.sh`, { env, stdio: "pipe" });
    const removed = calls().filter(([what, act]) => what === "volume" && act === "rm");
    const named = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.filter((each) => !each.startsWith(".")),
    );
    expect(removed.map((call) => call.at(-1)).toSorted()).toEqual(
      named.map((volume) => `${PROJECT}_${volume.split(":")[0]}`).toSorted(),
    );
    expect(calls()).toContainEqual(["rm", "--force", "--volumes", "4711"]);
  });
});

async function described(example: string): Promise<OwnSystem> {
  const { staging } = (await loadSettings([example])).systems;
  if (staging === undefined) throw new Error("no system `staging` is described");
  return staging;
}
const published = Object.values(services).flatMap(({ ports = [] }) => ports.map((port) => port.split(":")[1]));

describe("everything that a description names exists", () => {
  test("own-compose: each target is a service with the label, and no other service has it", async () => {
    const { targets } = await described(OWN_COMPOSE);
    const found = Object.values(targets).map(({ find }) => ("compose" in find ? find.compose : null));
    expect(found.map((each) => each?.project)).toEqual(found.map(() => PROJECT));
    const consenting = Object.entries(services).filter(([, { labels }]) => labels?.["fhirdrill.allow"] === "true");
    expect(found.map((each) => each?.service).toSorted()).toEqual(consenting.map(([name]) => name).toSorted());
  });

  test("own-hooks: each program, and each container in its arguments", async () => {
    const { hooks, observe, expect: expected } = await described(OWN_HOOKS);
    const steps = Object.values(hooks).flatMap(({ inject, heal, evidence }) => [inject, heal, evidence]);
    const asking = observe.primary !== undefined && "run" in observe.primary ? [observe.primary.run] : [];
    const argvs = [...steps, ...asking, ...(expected ? [expected.proof] : [])].map(({ argv }) => argv);
    expect(argvs.length).toBeGreaterThan(8);
    expect(argvs.filter(([program]) => !existsSync(program))).toEqual([]);
    const containers = Object.keys(services).map((name) => `${PROJECT}-${name}-1`);
    const told = argvs.flat().filter((each) => each.startsWith(PROJECT));
    expect(told.length).toBeGreaterThan(3);
    expect(told.filter((each) => !containers.includes(each))).toEqual([]);
  });

  test.each([OWN_COMPOSE, OWN_HOOKS])("each address of %s is published", async (example) => {
    const text = JSON.stringify(await described(example));
    const programs = ["redundant.sh", "switchover.sh", "primary.sh"].filter((name) => existsSync(example + name));
    const all = [text, ...programs.map((name) => readFileSync(example + name, "utf8"))].join();
    const ports = [...all.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port);
    expect(ports.length).toBeGreaterThan(4);
    expect(ports.filter((port) => !published.includes(port))).toEqual([]);
  });
});

test("the page's first description is one", () => {
  const page = readFileSync(new URL("drill-your-own.md", import.meta.url), "utf8");
  const [, written = ""] = /^ +export default (defineConfig\([\s\S]+?^ +\}\));$/m.exec(page) ?? [];
  const read = new Function("defineConfig", `return ${written}`)((settings: unknown) => settings);
  const { staging } = parsed("the page", SettingsSchema, read).systems;
  expect(Object.keys(staging?.targets ?? {})).toEqual(["server-a", "server-b"]);
});

describe("the programs of own-hooks", () => {
  const run = (program: string, ...args: string[]) => {
    const told = { ...env, FHIRDRILL_RUN: args.at(-1), FHIRDRILL_TTL_SECONDS: "1" };
    return spawnSync(OWN_HOOKS + program, args, { env: told, encoding: "utf8" });
  };
  const mark = join(folder, "fhirdrill-broken-box");
  const acts = () => calls().map(([act]) => act);

  beforeEach(() => {
    rmSync(mark, { force: true });
    standIn("docker", '[ "$1" != inspect ] || echo true');
  });

  test("break.sh: the fault is healed after its TTL without mend.sh", async () => {
    expect(run("break.sh", "pause", "box").status).toBe(0);
    expect(acts()).toEqual(["pause"]);
    await until({ what: "it to be mended", deadlineMs: 60_000, everyMs: 100 }, async () => !existsSync(mark));
    expect(acts()).toEqual(["pause", "inspect", "unpause", "start"]);
  });

  test("break.sh: after mend.sh, the fault of a later drill is not healed", async () => {
    run("break.sh", "kill", "box");
    expect(run("mend.sh", "box").status).toBe(0);
    writeFileSync(mark, "another run\n");
    const before = acts();
    // The first one's TTL has passed when a later one's has.
    run("break.sh", "kill", "other");
    const other = join(folder, "fhirdrill-broken-other");
    await until({ what: "the other to be mended", deadlineMs: 60_000, everyMs: 100 }, async () => !existsSync(other));
    expect(readFileSync(mark, "utf8")).toBe("another run\n");
    expect(
      calls()
        .filter((call) => call.at(-1) === "box")
        .map(([act]) => act),
    ).toEqual(before);
  });

  test("mend.sh can be run twice", () => {
    expect([run("mend.sh", "box").status, run("mend.sh", "box").status]).toEqual([0, 0]);
  });

  describe("look.sh checks the component itself", () => {
    const servers: Server[] = [];
    afterEach(() => {
      for (const server of servers.splice(0)) server.closeAllConnections();
    });
    async function look(answers: boolean | null) {
      rmSync(join(folder, "curl"), { force: true });
      const server = createServer((_, response) => void (answers && response.writeHead(503).end()));
      const url = `http://${await listen(server)}/`;
      servers.push(server);
      if (answers === null) await new Promise((resolve) => server.close(resolve));
      // Asynchronous: this process must be free to answer meanwhile.
      const { evidence } = (await described(OWN_HOOKS)).hooks["database-a-killed"] as Hook;
      const within = { env, timeout: evidence.timeoutSeconds * 1000 };
      const { stdout } = await promisify(execFile)(evidence.argv[0], [url], within);
      return JSON.parse(stdout);
    }

    test("one that answers, with any status, is not broken", async () => {
      expect(await look(true)).toEqual({ bit: false, gone: true });
    });
    test("one that refuses connections, or is silent, is broken", async () => {
      expect(await look(null)).toMatchObject({ bit: true, gone: false });
      expect(await look(false)).toMatchObject({ bit: true, gone: false });
    });
    test("an invalid address gives no evidence", () => {
      expect(run("look.sh", "nonsense://").status).toBe(1);
    });
  });

  test("primary.sh: the member whose Patroni reports it as the primary, or null", () => {
    const asked = () => JSON.parse(run("primary.sh").stdout);
    // The other one answers as well: with 503, which --fail treats as a failure.
    standIn("curl", 'case "$*" in *--fail*:8009/primary) ;; *--fail*) exit 22 ;; esac');
    expect(asked()).toEqual({ primary: "b" });
    standIn("curl", "exit 7");
    expect(asked()).toEqual({ primary: null });
  });
});

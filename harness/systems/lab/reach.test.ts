/** An engine that cannot do what a drill needs. Fake containers: a function that writes, and a server of ours. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GenericContainer, type StartedTestContainer } from "testcontainers";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { DrillFailure } from "../../model/program/failure.ts";
import { callerIn, HostContainer } from "./host-folder.ts";
import { requireReach } from "./reach.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

const results = mkdtempSync(join(tmpdir(), "fhirdrill-reach-"));
afterAll(() => rmSync(results, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  expect(readdirSync(results)).toEqual([]);
});

const scripts = [{ source: "/opt/fhirdrill/load", target: "/fhirdrill/load", readOnly: true }];

interface Container {
  running: boolean;
  log: string;
  port: number;
}

function framed(text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** `started` gets the container's folder. */
async function reach(container: Container, started: (folder: string) => void): Promise<unknown> {
  vi.spyOn(GenericContainer.prototype, "start").mockImplementation(async function (this: GenericContainer) {
    const { hostConfig } = this as unknown as { hostConfig: { Mounts: { Source: string }[] } };
    started(hostConfig.Mounts[0]?.Source as string);
    return { getId: () => "1", getName: () => "/fhirdrill-reach" } as StartedTestContainer;
  });
  const Ports = { "7777/tcp": [{ HostPort: String(container.port) }] };
  const inspect = async () => ({ State: { Running: container.running }, NetworkSettings: { Ports } });
  const dockerode = {
    ...{ info: async () => ({}), createNetwork: async () => {} },
    getContainer: () => ({ inspect, logs: async () => framed(container.log) }),
    ...{ listContainers: async () => [], listNetworks: async () => [], listVolumes: async () => ({}) },
  };
  return requireReach(fakeEngine(dockerode), "tools", { results, scripts }).catch((error) => error);
}

const answer = (folder: string) => writeFileSync(join(folder, "answered"), readFileSync(join(folder, "asked")));

test("an engine passes if a container writes into our folder and answers on 127.0.0.1", async () => {
  let asked = "";
  const server = createServer((socket) => void socket.end(asked)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const ended = await reach({ running: true, log: "", port }, (folder) => {
    asked = readFileSync(join(folder, "asked"), "utf8");
    answer(folder);
  });
  server.close();
  expect(ended).toBeUndefined();
});

test("without an answer on 127.0.0.1 the engine is on another machine, or we are in a container", async () => {
  const ended = await reach({ running: true, log: "", port: 1 }, answer);
  expect(ended).toBeInstanceOf(DrillFailure);
  expect((ended as DrillFailure).text).toMatchObject({
    what: "a port that the container engine publishes on 127.0.0.1 does not answer",
    todo: expect.stringContaining("run the drill on the engine's own machine"),
  });
});

const RESULTS = {
  what: "the container engine cannot work with the results folder",
  todo: expect.stringContaining("FHIRDRILL_RESULTS"),
};
const SCRIPTS = {
  what: "the container engine cannot read the load's scripts, which are part of this program",
  todo: expect.stringMatching(/install fhirdrill in a folder that the engine can mount/),
};

test.each([
  [
    "does not have the folder",
    'invalid mount config for type "bind": bind source path does not exist: /x ',
    "",
    RESULTS,
  ],
  ["may not write into it", "", "writes nothing there: Permission denied", RESULTS],
  ["does not have the scripts", "mounts denied: The path /opt/fhirdrill/load is not shared from the host", "", SCRIPTS],
  ["finds their folder empty", "", "finds nothing in /fhirdrill/load", SCRIPTS],
])("a container that %s is reported", async (_, refusal, log, { what, todo }) => {
  const ended = await reach({ running: false, log, port: 1 }, () => {
    if (refusal !== "") throw new Error(`(HTTP code 400) bad parameter - ${refusal}`);
  });
  expect(ended).toBeInstanceOf(DrillFailure);
  expect((ended as DrillFailure).text).toMatchObject({
    ...{ what, todo },
    why: expect.stringContaining(refusal.trim() || log),
  });
});

test("a rootless engine's root is the caller; other engines use the caller's ids", async () => {
  const engine = (SecurityOptions: string[]) => fakeEngine({ info: async () => ({ SecurityOptions }) });
  expect(await callerIn(engine(["name=seccomp,profile=builtin", "name=rootless"]))).toBe("0:0");
  expect(await callerIn(engine(["name=userns", "name=selinux"]))).toBe(`${process.getuid?.()}:${process.getgid?.()}`);
});

test("folders are mounted by mount objects, without SELinux labels and user remapping", () => {
  const container = new HostContainer({ run: "r", network: "n", image: "i" }, "k6");
  container.withHostFolders([{ source: "/a:b c", target: "/record", readOnly: false }], "7:8");
  expect(container).toMatchObject({
    createOpts: { User: "7:8" },
    hostConfig: {
      Mounts: [{ Type: "bind", Source: "/a:b c", Target: "/record", ReadOnly: false }],
      SecurityOpt: ["label=disable"],
      UsernsMode: "host",
    },
  });
});

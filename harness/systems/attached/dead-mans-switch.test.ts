import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Docker } from "../lab/engine-client.ts";
import { OWNER_LABEL, RUN_LABEL, thisOwner } from "../lab/ownership.ts";
import { fakeEngine } from "../lab/testing/fake-engine.ts";
import { armSwitch, removeSpent, SWITCH_LABEL } from "./dead-mans-switch.ts";

const UNDO = { how: "start", container: { id: "4a5b", name: "db" } } as const;
const frame = (text: string) => Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);

/** One container that prints the given output when it is started, and the requests in order. */
function engineWith(start: (line: PassThrough) => void) {
  const asked: string[] = [];
  const line = new PassThrough();
  let wanted: { Labels: Record<string, string>; HostConfig: object } | null = null;
  const container = {
    attach: async () => {
      asked.push("attach");
      return line;
    },
    start: async () => {
      asked.push("start");
      start(line);
    },
    remove: async () => asked.push("remove"),
  };
  const dockerode = {
    createContainer: async (options: NonNullable<typeof wanted>) => {
      wanted = options;
      return container;
    },
    modem: {
      demuxStream: (from: PassThrough, to: PassThrough) => from.on("data", (piece) => to.write(piece.subarray(8))),
    },
  };
  const info = { containerRuntime: { remoteSocketPath: "/run/engine.sock" } };
  const engine = fakeEngine(dockerode, { info });
  return { engine, asked, line, wanted: () => wanted as NonNullable<typeof wanted> };
}

test("it counts as armed when it says so, has no run's label, and is removed when the fault is healed", async () => {
  const { engine, asked, line, wanted } = engineWith((line) => line.write(frame("armed\n")));
  const armed = await armSwitch(engine, "tools:1", UNDO, 60);
  expect(asked).toEqual(["attach", "start"]);
  expect(wanted().Labels).toEqual({ [SWITCH_LABEL]: "4a5b", [OWNER_LABEL]: thisOwner() });
  expect(wanted().Labels).not.toHaveProperty(RUN_LABEL);
  expect(wanted().HostConfig).toMatchObject({ Binds: ["/run/engine.sock:/var/run/docker.sock"], NetworkMode: "none" });
  await armed.disarm();
  expect(asked.at(-1)).toBe("remove");
  expect(line.destroyed).toBe(true);
});

test("a switch that exits before it is armed says why, and its connection is closed", async () => {
  const { engine, line } = engineWith((line) => {
    line.write(frame("iptables: no permission\n"));
    line.end();
    line.on("end", () => line.destroy());
  });
  await expect(armSwitch(engine, "tools:1", UNDO, 60)).rejects.toThrow("could not be armed: iptables: no permission");
  expect(line.destroyed).toBe(true);
});

test("a switch that cannot be started is removed", async () => {
  const { engine, asked } = engineWith(() => {
    throw new Error("cannot join the network of a container that does not run");
  });
  await expect(armSwitch(engine, "tools:1", UNDO, 60)).rejects.toThrow("cannot join the network");
  expect(asked.at(-1)).toBe("remove");
});

test("stopped switches of dead owners are removed; a running one never is", async () => {
  const dead = thisOwner().replace(/\/\d+\/\d+\//, `/${process.pid}/1/`);
  const all = [
    { Id: "never-started", Labels: { [OWNER_LABEL]: dead } },
    { Id: "about-to-be-started", Labels: { [OWNER_LABEL]: thisOwner() } },
    { Id: "whose", Labels: {} },
  ];
  const removed: string[] = [];
  let asked: object = {};
  await removeSpent({
    listContainers: async (options: object) => {
      asked = options;
      return all;
    },
    getContainer: (id: string) => ({ remove: async (options?: object) => removed.push(`${id} ${options ?? ""}`) }),
  } as unknown as Docker);
  expect(asked).toEqual({ all: true, filters: { label: [SWITCH_LABEL], status: ["created", "exited", "dead"] } });
  // Without force: one that has started meanwhile stays.
  expect(removed).toEqual(["never-started "]);
});

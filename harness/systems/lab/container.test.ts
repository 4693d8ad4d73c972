/** The report on a container that does not come up. The fake engine has one container and its exit state. */
import { GenericContainer, type StartedTestContainer } from "testcontainers";
import { expect, test, vi } from "vitest";
import { DrillFailure } from "../../model/program/failure.ts";
import { createNetwork, currentPort, DrillContainer, untilAnswers } from "./container.ts";
import type { Engine } from "./engine.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

const FATAL = "2026-11-28 07:08:46 GMT [1] FATAL:  could not create shared memory segment: Invalid argument\n";
const container = { getId: () => "1", getName: () => "/fhirdrill-x-pg-a" } as StartedTestContainer;

/** As the engine sends it: a header of eight bytes before each chunk. */
function framed(text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

function engineWith(state: object, log: string): Engine {
  const getContainer = () => ({ inspect: async () => ({ State: state }), logs: async () => framed(log) });
  return fakeEngine({ getContainer });
}

async function whyOf(state: object, log: string, deadlineMs = 10_000): Promise<string> {
  const waiting = { what: "PostgreSQL A to answer", deadlineMs, everyMs: 1 };
  const error = await untilAnswers(engineWith(state, log), container, waiting, async () => false).catch((e) => e);
  expect(error).toBeInstanceOf(DrillFailure);
  return error.text.why;
}

test.each([
  [
    "its first cause",
    { Running: false, ExitCode: 1 },
    `${FATAL}then\nmany\nmore\nlines\nstill\n`,
    /^could not create shared memory segment/,
  ],
  ["memory ran out", { Running: false, ExitCode: 1, OOMKilled: true }, FATAL, /^memory ran out/],
  ["it was killed", { Running: false, ExitCode: 137 }, "all is well\n", /it was killed/],
  ["the last line of its log, if none is a cause", { Running: false, ExitCode: 3 }, "one\ntwo\n", /^two$/],
  ["its exit code, if its log is empty", { Running: false, ExitCode: 3 }, "", /code 3/],
])("the reported cause of death: %s", async (_, state, log, why) => expect(await whyOf(state, log)).toMatch(why));

test("for a container that runs but never answers: the cause in its log, and the time waited", async () => {
  expect(await whyOf({ Running: true }, FATAL, 5)).toMatch(/^could not create shared memory segment.*0\.005 s passed/);
  expect(await whyOf({ Running: true }, "all is well\n", 5)).toMatch(/^0\.005 s passed/);
});

test.each([
  [{ Running: true }, { "5432/tcp": [{ HostPort: "32768" }] }, 32_768],
  [{ Running: true }, {}, "pg-a does not publish port 5432"],
  [{ Running: false }, {}, "pg-a does not run"],
])("the port of a container with state %j and ports %j: %s", async (State, Ports, expected) => {
  const inspect = async () => ({ State, Config: { Hostname: "pg-a" }, NetworkSettings: { Ports } });
  const engine = fakeEngine({ getContainer: () => ({ inspect }) });
  expect(await currentPort(engine, container, 5432).catch((error) => error.message)).toBe(expected);
});

test("without a free address range for another network, the failure says so and what to do", async () => {
  const createNetwork_ = async () => {
    const message =
      "(HTTP code 500) server error - could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network ";
    throw Object.assign(new Error(message), { statusCode: 500 });
  };
  const engine = fakeEngine({ createNetwork: createNetwork_ });
  const error = await createNetwork(engine, "x").catch((e) => e);
  expect(error).toBeInstanceOf(DrillFailure);
  expect(error.text.why).toMatch(/^could not find an available, non-overlapping IPv4 address pool/);
  expect(error.text.todo).toContain("docker network prune");
});

test("when the engine refuses a container, the failure names that container", async () => {
  const refusal = new Error("(HTTP code 400) bad parameter - invalid mount config ");
  const start = vi.spyOn(GenericContainer.prototype, "start").mockRejectedValue(refusal);
  const error = await new DrillContainer({ run: "x", network: "n", image: "i" }, "pg-a").start().catch((e) => e);
  start.mockRestore();
  expect(error.text).toMatchObject({ what: "the engine cannot start fhirdrill-x-pg-a", why: "invalid mount config" });
});

import { expect, test } from "vitest";
import { REGISTERS } from "../model/load/write.ts";
import { EXIT } from "../model/program/failure.ts";
import { makeRegisters } from "./registers.ts";

const made = { status: 201, acknowledged: true, etag: 'W/"1"', why: "status 201" };
const refusal = { status: 500, acknowledged: false, etag: "", why: "status 500: HAPI-0389" };

test("all registers are created, and one refused at first is retried", async () => {
  const sent = new Map<string, number>();
  await makeRegisters(42, async ({ path }) => {
    sent.set(path, (sent.get(path) ?? 0) + 1);
    return path === "Patient/r16-7" && sent.get(path) === 1 ? refusal : made;
  });
  expect(sent.size).toBe(REGISTERS);
  expect(sent.get("Patient/r16-7")).toBe(2);
});

test("a register that cannot be created is reported with its name and the last answer", async () => {
  const failed = makeRegisters(42, async ({ path }) => (path === "Patient/r16-7" ? refusal : made), undefined, 300);
  const error = await failed.catch((thrown) => thrown);
  expect(error.text.what).toBe("the load could not be prepared: Patient/r16-7 could not be created");
  expect(error.text.why).toBe("for 0.3 s it was refused, last with status 500: HAPI-0389");
  expect(error.exitCode).toBe(EXIT.inconclusive);
});

test("a register that another run has written to is rejected", async () => {
  const failed = makeRegisters(42, async () => ({ ...made, status: 200, etag: 'W/"3"' }));
  await expect(failed).rejects.toThrow('it is in version W/"3", not W/"1"');
});

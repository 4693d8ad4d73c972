import { expect, test } from "vitest";
import { BridgeSchema } from "./device.ts";

test("a bridge says that a message is stored only of an answer that acknowledges it", () => {
  const stored = { type: "stored", device: "d1", seq: 1, side: "a", tries: 1, epochMs: 1 };
  const isReadable = (status: number) => BridgeSchema.safeParse({ ...stored, status }).success;
  expect([200, 201, 299].every(isReadable)).toBe(true);
  expect([0, 199, 300, 400, 503].some(isReadable)).toBe(false);
});

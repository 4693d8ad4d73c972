import { expect, test } from "vitest";
import { seededResource } from "../model/load/write.ts";
import { MemoryFhir } from "../system/testing/memory-fhir.ts";
import { seedResources } from "./seed.ts";

test("all resources are created, a hundred at a time", async () => {
  const fhir = new MemoryFhir();
  await seedResources({ request: fhir.ask }, 42, 0, 250);
  expect(fhir.asked).toEqual(Array(3).fill("POST "));
  expect(fhir.stored.size).toBe(250);
  expect(fhir.current("Patient/s16-249")).toMatchObject({
    ...seededResource(42, 249).body,
  });
});

test("a refusal ends it, with the server's message", async () => {
  const fhir = new MemoryFhir({ without: ["transaction"] });
  await expect(seedResources({ request: fhir.ask }, 42, 0, 1)).rejects.toThrow(
    "seeding: s16-0 was answered with 400: {",
  );
});

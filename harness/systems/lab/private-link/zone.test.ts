import { expect, test } from "vitest";
import { OWN_NAME, resolverSettings, SERVICE_NAME, ZONE_FILE, zoneText } from "./zone.ts";

test("a zone points to one endpoint, with a TTL of ten seconds and its serial", () => {
  const lines = zoneText(7, "10.0.1.80").trimEnd().split("\n");
  expect(lines[0]).toBe("$ORIGIN privatelink.test.");
  expect(lines.find((line) => line.includes("SOA"))).toBe("@ IN SOA ns hostmaster 7 3600 600 86400 10");
  expect(lines.filter((line) => line.includes(" A "))).toEqual(["fhir IN A 10.0.1.80"]);
  expect(SERVICE_NAME).toBe("fhir.privatelink.test");
});

test("a resolver of a linked network reloads the zone each second; another one resolves its own name only", () => {
  const [linked, unlinked] = [resolverSettings(true), resolverSettings(false)];
  expect(linked).toContain(`file ${ZONE_FILE} {\n    reload 1s`);
  expect(unlinked).not.toContain("privatelink");
  for (const settings of [linked, unlinked]) expect(settings).toContain(`template IN A ${OWN_NAME} {`);
  expect(linked.endsWith(unlinked)).toBe(true);
});

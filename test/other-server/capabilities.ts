/** Its CapabilityStatement, like that of Medplum's own server, whose router it uses. */
import { getResourceTypes, getSearchParameters } from "@medplum/core";
import type { CapabilityStatement, CapabilityStatementRestResource } from "@medplum/fhirtypes";

const INTERACTIONS = ["read", "vread", "update", "delete", "history-instance", "create", "search-type"] as const;

export function capabilities(base: string): CapabilityStatement {
  return {
    ...{ resourceType: "CapabilityStatement", status: "active", kind: "instance", date: "2026-11-29" },
    ...{ fhirVersion: "4.0.1", format: ["json"], software: { name: "other-server", version: "1" } },
    implementation: { description: "A FHIR server for tests", url: base },
    rest: [
      {
        mode: "server",
        security: { description: "A bearer token, with each request but this one" },
        interaction: [{ code: "transaction" }, { code: "batch" }],
        resource: getResourceTypes().map(
          (type): CapabilityStatementRestResource => ({
            type,
            interaction: INTERACTIONS.map((code) => ({ code })),
            ...{ versioning: "versioned", readHistory: true, updateCreate: false },
            ...{ conditionalCreate: true, conditionalUpdate: true, conditionalDelete: "single" },
            searchParam: Object.values(getSearchParameters(type) ?? {}).map(({ code, type }) => ({ name: code, type })),
          }),
        ),
      },
    ],
  };
}

/** The path of its FHIR base. */
export const BASE = "/fhir/R4";

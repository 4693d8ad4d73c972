/** Where its FHIR base is, below its address. */
export const BASE = "/fhir/R4";

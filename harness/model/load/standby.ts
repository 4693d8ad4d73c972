/**
 * The patient whose writes, which change nothing, keep the follower's server warm. Of the types that clients write, it
 * is the only resource that the drill writes beside its load and its warm-up.
 */
const ID = "fhirdrill-standby";

export const STANDBY_IDENTIFIER = { system: "urn:fhirdrill:standby", value: ID };

export const STANDBY = {
  id: ID,
  /** `Type/id`. */
  path: `Patient/${ID}`,
  body: {
    resourceType: "Patient",
    id: ID,
    identifier: [STANDBY_IDENTIFIER],
    name: [{ family: "Standby", given: ["Drill"] }],
  },
} as const;

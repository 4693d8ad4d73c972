/** What a load's writes look like, as people say it, and what makes no sense of it. Plain data. */
import { z } from "zod";
import type { OwnResource } from "../load/own-resources.ts";
import type { WriteMix } from "../load/write.ts";

/** Resources that can be found by their identifier, of which they may have several. */
const OWN_TYPES = [
  ...(["Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Organization", "Location", "Group"] as const),
  ...(["Observation", "Condition", "Procedure", "Encounter", "AllergyIntolerance", "Immunization", "Goal"] as const),
  ...(["DiagnosticReport", "ServiceRequest", "Specimen", "ImagingStudy", "MedicationRequest", "Device"] as const),
  ...(["MedicationAdministration", "CarePlan", "CareTeam", "Appointment", "Coverage", "Claim"] as const),
  ...(["ExplanationOfBenefit", "DocumentReference", "Task"] as const),
] as const;
const MOST_OWN = 1000;
/** They are in the record of each run, so that it can be judged by itself. */
const MOST_CHARACTERS = 1_000_000;

const OwnResourceSchema: z.ZodType<OwnResource> = z.looseObject({
  resourceType: z.enum(OWN_TYPES),
  identifier: z.array(z.looseObject({})).optional(),
});

export const WRITE_FORM = {
  /** `small`: some hundred bytes; `realistic`: two to ten kilobytes a resource. Small, if it does not say. */
  bodies: z.enum(["small", "realistic"]).optional(),
  /** How many resources a transaction has; three, if it does not say. */
  bundleEntries: z.number().int().min(10).max(1000).optional(),
  /** One's own resources, written one after the other in place of invented ones. */
  resources: z
    .array(OwnResourceSchema)
    .min(1)
    .max(MOST_OWN)
    .refine((all) => JSON.stringify(all).length <= MOST_CHARACTERS, "together they have more than a million characters")
    .readonly()
    .optional(),
};

/** Types that are not looked for wherever the invented ones are: in an export, and when a system of one's own is cleaned. */
export function otherTypes(resources: readonly OwnResource[] = []): string[] {
  const types = new Set(resources.map(({ resourceType }) => resourceType));
  return [...types].filter((type) => type !== "Patient" && type !== "Observation");
}

interface Formed {
  mix: WriteMix;
  bodies?: "small" | "realistic" | undefined;
  bundleEntries?: number | undefined;
  resources?: readonly OwnResource[] | undefined;
}

/** Why not; `null` when it makes sense, or nothing is said. */
export function whyNoForm({ load: { mix, bodies, bundleEntries, resources } }: { load: Formed }): string | null {
  if (bodies !== undefined && resources !== undefined)
    return "load.resources says what is written, and load.bodies says it too: leave one of them out";
  return bundleEntries !== undefined && mix.bundle === 0
    ? "load.bundleEntries says how large transactions are, and the load has none: give load.mix.bundle a weight"
    : null;
}

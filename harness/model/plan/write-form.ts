/** The form of a load's writes as configured, and its unsupported combinations. Plain data. */
import { z } from "zod";
import type { OwnResource } from "../load/own-resources.ts";
import type { WriteMix } from "../load/write.ts";

/** Types of resources with a repeatable, searchable identifier. */
const OWN_TYPES = [
  ...(["Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Organization", "Location", "Group"] as const),
  ...(["Observation", "Condition", "Procedure", "Encounter", "AllergyIntolerance", "Immunization", "Goal"] as const),
  ...(["DiagnosticReport", "ServiceRequest", "Specimen", "ImagingStudy", "MedicationRequest", "Device"] as const),
  ...(["MedicationAdministration", "CarePlan", "CareTeam", "Appointment", "Coverage", "Claim"] as const),
  ...(["ExplanationOfBenefit", "DocumentReference", "Task"] as const),
] as const;
const MOST_OWN = 1000;
/** The limit for own resources, which are part of each record so that it can be judged by itself. */
const MOST_CHARACTERS = 1_000_000;

const OwnResourceSchema: z.ZodType<OwnResource> = z.looseObject({
  resourceType: z.enum(OWN_TYPES),
  identifier: z.array(z.looseObject({})).optional(),
});

export const WRITE_FORM = {
  /** `small` (default): some hundred bytes; `realistic`: two to ten kilobytes per resource. */
  bodies: z.enum(["small", "realistic"]).optional(),
  /** Resources per transaction; default: three. */
  bundleEntries: z.number().int().min(10).max(1000).optional(),
  /** One's own resources, written in turn instead of invented ones. */
  resources: z
    .array(OwnResourceSchema)
    .min(1)
    .max(MOST_OWN)
    .refine((all) => JSON.stringify(all).length <= MOST_CHARACTERS, "together they have more than a million characters")
    .readonly()
    .optional(),
};

/** Types that exports and the cleaning of own systems do not cover, since they cover only the invented ones. */
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

/** Why the form is unsupported; `null` when it is valid or absent. */
export function whyNoForm({ load: { mix, bodies, bundleEntries, resources } }: { load: Formed }): string | null {
  if (bodies !== undefined && resources !== undefined)
    return "load.resources and load.bodies both set what is written: remove one of them";
  return bundleEntries !== undefined && mix.bundle === 0
    ? "load.bundleEntries sets the size of transactions, but the load has none: give load.mix.bundle a weight"
    : null;
}

/** What people set of their own in `fhirdrill.config.ts`: all of it may be left out. */
import { z } from "zod";
import { ConfigSchema, ObjectivesSchema } from "./config.ts";
import { LoadSchema, ScenarioSchema } from "./scenario.ts";

/** In `results/`, folders of these names hold something else than runs of a scenario. */
const TAKEN = ["latest", "matrix"];

const OwnScenarioSchema = ScenarioSchema.refine(({ name }) => !TAKEN.includes(name), {
  path: ["name"],
  message: `a scenario cannot be called ${TAKEN.join(" or ")}: the results have a folder of that name`,
}).refine(({ disaster, faults }) => disaster === null || disaster < faults.length, {
  path: ["disaster"],
  message: "it must be the index of one of the faults, or null",
});

export const PUBLISHED = ["postgres", "hapi", "nginx", "toxiproxy", "k6"] as const;

/** Where images come from: what is there, else pulled, else built; or one of the last two only. */
export const IMAGE_MODES = ["auto", "pull", "build"] as const;
export type ImageMode = (typeof IMAGE_MODES)[number];

/** Image names in place of the pinned ones, by part. */
export const NamedImagesSchema = z.object(
  Object.fromEntries(PUBLISHED.map((part) => [part, z.string().min(1).optional()])) as Record<
    (typeof PUBLISHED)[number],
    z.ZodOptional<z.ZodString>
  >,
);

const price = z.number().nonnegative().optional();
/** What the user pays, in one currency; from it and what was used comes a cost. What has no price is not part of it. */
export const PricesSchema = z.object({
  cpuCoreHour: price,
  memoryGigabyteHour: price,
  diskGigabyteMonth: price,
  /** For a gigabyte that goes from one region to the other. */
  networkGigabyte: price,
  currency: z.string().min(1),
});

export const SettingsSchema = z.object({
  /** Beside those that are there. */
  scenarios: z.array(OwnScenarioSchema).default([]),
  configs: z.array(ConfigSchema).default([]),
  /** By a configuration's name, or `every` for all of them; a named one comes after `every`. */
  objectives: z.record(z.string(), ObjectivesSchema.partial()).default({}),
  /** Rate and times of every listed scenario, in place of its own. */
  load: LoadSchema.omit({ mix: true }).partial().default({}),
  images: NamedImagesSchema.default({}),
  prices: PricesSchema.nullable().default(null),
});

export type NamedImages = z.infer<typeof NamedImagesSchema>;
export type Prices = z.infer<typeof PricesSchema>;
export type Settings = z.infer<typeof SettingsSchema>;
/** As people write it. */
export type SettingsInput = z.input<typeof SettingsSchema>;

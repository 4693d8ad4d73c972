/** The user's settings in `fhirdrill.config.ts`. All of them are optional. */
import { z } from "zod";
import { ConfigSchema, ObjectivesSchema } from "./config.ts";
import { OwnSystemSchema } from "./own-system.ts";
import { LoadSchema, ScenarioSchema } from "./scenario.ts";

/** Names in `results/` that are not scenarios. */
const TAKEN = ["latest", "matrix"];

const OwnScenarioSchema = ScenarioSchema.refine(({ name }) => !TAKEN.includes(name), {
  path: ["name"],
  message: `a scenario cannot be called ${TAKEN.join(" or ")}: the results have a folder of that name`,
}).refine(({ disaster, faults }) => disaster === null || disaster < faults.length, {
  path: ["disaster"],
  message: "it must be the index of one of the faults, or null",
});

export const PUBLISHED = ["postgres", "hapi", "nginx", "toxiproxy", "k6"] as const;

/** Where images come from. `auto`: local, otherwise pulled, otherwise built; `pull` and `build`: only that. */
export const IMAGE_MODES = ["auto", "pull", "build"] as const;
export type ImageMode = (typeof IMAGE_MODES)[number];

/** Image names instead of the pinned ones. */
export const NamedImagesSchema = z.object(
  Object.fromEntries(PUBLISHED.map((part) => [part, z.string().min(1).optional()])) as Record<
    (typeof PUBLISHED)[number],
    z.ZodOptional<z.ZodString>
  >,
);

const price = z.number().nonnegative().optional();
/** The user's prices, in one currency, for the cost of a drill. Resources without a price are left out. */
export const PricesSchema = z.object({
  cpuCoreHour: price,
  memoryGigabyteHour: price,
  diskGigabyteMonth: price,
  /** Per gigabyte sent from one region to the other. */
  networkGigabyte: price,
  currency: z.string().min(1),
});

export const SettingsSchema = z.object({
  /** In addition to the shipped ones. */
  scenarios: z.array(OwnScenarioSchema).default([]),
  configs: z.array(ConfigSchema).default([]),
  /** By configuration name, or `every` for all of them; a name overrides `every`. */
  objectives: z.record(z.string(), ObjectivesSchema.partial()).default({}),
  /** Rate and times that override those of every listed scenario. */
  load: LoadSchema.omit({ mix: true }).partial().default({}),
  images: NamedImagesSchema.default({}),
  prices: PricesSchema.nullable().default(null),
  /** Own running systems, by the name for `--system`. */
  systems: z.record(z.string().regex(/^[a-z0-9-]+$/), OwnSystemSchema).default({}),
});

export type NamedImages = z.infer<typeof NamedImagesSchema>;
export type Prices = z.infer<typeof PricesSchema>;
export type Settings = z.infer<typeof SettingsSchema>;
type Given = z.input<typeof SettingsSchema>;
/** A list, an NDJSON file beside the settings, or a function that is called with 0, 1, 2 … */
type Resources<Load> = Load extends { resources?: infer List }
  ? Omit<Load, "resources"> & { resources?: List | { file: string } | ((n: number) => object) }
  : Load;
/** As people write it. */
export type SettingsInput = Omit<Given, "load" | "scenarios"> & {
  load?: Resources<NonNullable<Given["load"]>>;
  scenarios?: (Omit<NonNullable<Given["scenarios"]>[number], "load"> & {
    load: Resources<NonNullable<Given["scenarios"]>[number]["load"]>;
  })[];
};

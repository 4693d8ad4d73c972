/** Random values that a schema accepts, for properties over records that no drill wrote. Pure. */
import fc from "fast-check";
import type { z } from "zod";

/** Numbers that break arithmetic: zero, negative ones, extremes, and their neighbours. */
const NUMBERS = [
  0,
  -1,
  1,
  0.5,
  1000,
  5000,
  6037,
  9000.25,
  1e6,
  -1e6,
  1_790_000_000_000,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  5e-324,
  1e300,
];

export function anyOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const { def } = schema as unknown as { def: Def };
  const made = madeOf(def);
  return def.checks === undefined && def.type !== "number"
    ? made
    : made.filter((value) => schema.safeParse(value).success);
}

interface Def {
  type: string;
  checks?: unknown[];
  shape: Record<string, z.ZodType>;
  innerType: z.ZodType;
  element: z.ZodType;
  items: z.ZodType[];
  options: z.ZodType[];
  valueType: z.ZodType;
  values: (string | number)[];
  entries: Record<string, string>;
}

function madeOf(def: Def): fc.Arbitrary<unknown> {
  switch (def.type) {
    case "object":
      return fc.record(Object.fromEntries(Object.entries(def.shape).map(([key, value]) => [key, anyOf(value)])));
    case "union":
      return fc.oneof(...def.options.map(anyOf));
    case "array":
      return fc.array(anyOf(def.element), { maxLength: 3 });
    case "record":
      return fc.dictionary(fc.constantFrom("d1", "d2"), anyOf(def.valueType));
    case "nullable":
      return fc.option(anyOf(def.innerType));
    case "optional":
    case "default":
      return fc.option(anyOf(def.innerType), { nil: undefined });
    case "enum":
      return fc.constantFrom(...Object.values(def.entries));
    case "literal":
      return fc.constantFrom(...def.values);
    case "number":
      return fc.oneof(fc.constantFrom(...NUMBERS), fc.nat({ max: 20_000 }));
    case "boolean":
      return fc.boolean();
    case "string":
      return fc.constantFrom(
        "",
        "a",
        "b",
        "w3mv-5",
        "w3mv-70",
        "r3mv-5",
        "Patient/w3mv-5",
        "Patient/r3mv-5/2",
        "link-cut",
        "baseline",
        "d1",
        "d1:2",
      );
    default:
      throw new Error(`no values are made of ${def.type}`);
  }
}

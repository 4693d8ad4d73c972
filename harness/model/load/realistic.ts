/**
 * Patients and observations of realistic size: with several names, addresses and identifiers, with components, notes
 * and extensions. All of it is invented and drawn from the seed. It contains nothing that a server might normalize:
 * plain sentences, whole dates, and numbers without trailing zeros.
 *
 * This file runs in k6 and in Node: it imports nothing.
 */

/** A uniform number in [0, 1), another one at each call. */
export type Draw = () => number;

const OWN = "urn:fhirdrill:made-up";
const GIVEN = [
  "Alva",
  "Bertil",
  "Celine",
  "Doro",
  "Emre",
  "Fenna",
  "Goran",
  "Hedda",
  "Ilir",
  "Jonna",
  "Kaspar",
  "Lioba",
];
const FAMILY = ["Abendroth", "Brinkholm", "Castellan", "Dornwald", "Eschenbeck", "Falkenau", "Grunewind", "Hollbrook"];
const STREETS = ["Mill Lane", "Harbour Street", "Orchard Road", "Station Square", "Quarry Hill", "Willow Walk"];
const CITIES = ["Northmoor", "Easterbrook", "Southwick", "Westerfield", "Midhaven", "Lakeside"];
const WORDS = [
  ...["patient", "reports", "mild", "discomfort", "since", "morning", "after", "walking", "uphill", "without", "fever"],
  ...["resting", "pulse", "regular", "pressure", "measured", "twice", "seated", "left", "arm", "medication", "taken"],
  ...["advised", "to", "return", "within", "two", "weeks", "sooner", "if", "symptoms", "persist", "sleep", "appetite"],
];
const MEASURED = [
  ["8480-6", "Systolic pressure", "mm[Hg]"],
  ["8462-4", "Diastolic pressure", "mm[Hg]"],
  ["8867-4", "Heart rate", "/min"],
  ["9279-1", "Respiratory rate", "/min"],
  ["8310-5", "Body temperature", "Cel"],
  ["29463-7", "Body weight", "kg"],
  ["8302-2", "Body height", "cm"],
  ["59408-5", "Oxygen saturation", "%"],
] as const;
const DAYS = 28;
const SENTENCE = 14;

/** A patient without its type and the identifier by which it is found; `identifier` holds the others. */
export function patientDetails(draw: Draw) {
  const [given, family] = [oneOf(draw, GIVEN), oneOf(draw, FAMILY)];
  return {
    extension: Array.from({ length: 8 }, (_, i) => ({
      url: `${OWN}:question-${i + 1}`,
      valueString: sentence(draw, 24),
    })),
    identifier: ["record", "insurance", "licence", "passport"].map((kind) => ({
      use: "official",
      type: { text: `${kind} number` },
      system: `${OWN}:${kind}`,
      value: digits(draw, 12),
    })),
    active: true,
    name: [
      { use: "official", family, given: [given, oneOf(draw, GIVEN)], prefix: ["Dr."] },
      { use: "maiden", family: oneOf(draw, FAMILY), given: [given] },
    ],
    telecom: [
      { system: "phone", value: `555-${digits(draw, 7)}`, use: "home" },
      { system: "phone", value: `555-${digits(draw, 7)}`, use: "mobile" },
      { system: "email", value: `${given}.${family}@example.org`.toLowerCase(), use: "work" },
    ],
    gender: oneOf(draw, ["female", "male", "other", "unknown"]),
    birthDate: date(draw, 1930, 80),
    address: ["home", "temp"].map((use) => address(draw, use)),
    maritalStatus: { text: oneOf(draw, ["married", "single", "widowed", "divorced"]) },
    multipleBirthBoolean: draw() < 0.1,
    contact: ["partner", "child"].map((relation) => ({
      relationship: [{ text: relation }],
      name: { use: "usual", family, given: [oneOf(draw, GIVEN)] },
      telecom: [{ system: "phone", value: `555-${digits(draw, 7)}`, use: "mobile" }],
      address: address(draw, "home"),
    })),
    communication: [{ language: { text: oneOf(draw, ["English", "Dutch", "Swedish", "Albanian"]) }, preferred: true }],
  };
}

/** An observation without its type, identifier and subject. */
export function observationDetails(draw: Draw) {
  return {
    category: [
      { coding: [{ system: `${OWN}:category`, code: "vital-signs", display: "Vital signs" }], text: "vital signs" },
    ],
    code: {
      coding: [{ system: `${OWN}:panel`, code: digits(draw, 6), display: "Panel" }],
      text: "panel of vital signs",
    },
    effectiveDateTime: date(draw, 2015, 10),
    bodySite: { text: oneOf(draw, ["left arm", "right arm", "left wrist", "right wrist"]) },
    method: { text: sentence(draw, SENTENCE) },
    note: [1, 2].map(() => ({ text: sentence(draw, 4 * SENTENCE) })),
    component: MEASURED.map(([code, display, unit]) => ({
      code: { coding: [{ system: `${OWN}:measured`, code, display }], text: display },
      valueQuantity: { value: Math.round(draw() * 2000) / 10, unit, system: `${OWN}:units`, code: unit },
      interpretation: [{ text: oneOf(draw, ["normal", "high", "low"]) }],
    })),
  };
}

function address(draw: Draw, use: string) {
  return {
    extension: [
      {
        url: `${OWN}:place`,
        extension: ["latitude", "longitude"].map((url) => ({
          url,
          valueDecimal: Math.round(draw() * 900_000) / 10_000,
        })),
      },
    ],
    ...{ use, type: "physical" },
    line: [`${1 + Math.floor(draw() * 200)} ${oneOf(draw, STREETS)}`],
    city: oneOf(draw, CITIES),
    ...{ postalCode: digits(draw, 5), country: "XX" },
  };
}

function oneOf<T>(draw: Draw, list: readonly T[]): T {
  return list[Math.floor(draw() * list.length)] as T;
}

function digits(draw: Draw, count: number): string {
  return Array.from({ length: count }, () => Math.floor(draw() * 10)).join("");
}

/** A date within `years` years from the year `from`. */
function date(draw: Draw, from: number, years: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const year = from + Math.floor(draw() * years);
  return `${year}-${two(1 + Math.floor(draw() * 12))}-${two(1 + Math.floor(draw() * DAYS))}`;
}

function sentence(draw: Draw, words: number): string {
  return `${Array.from({ length: words }, () => oneOf(draw, WORDS)).join(" ")}.`;
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { namedIn } from "./named.ts";

/** The definition of a numbered name; the code finds the same in a way that is faster in k6. */
const NUMBERED = /([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]+)\/_history\/(\d+)(?![A-Za-z0-9.-])/;

function foundIn(location: string): string[] {
  const found = NUMBERED.exec(location);
  return found ? [`${found[1]}/${found[2]}/${found[3]}`] : [];
}

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("/", "/_history/", "Patient", "w16-7", "1", "12") },
  fc.constantFrom(
    "http://a:80/fhir/",
    "FHIR",
    "Patient/7/_history/3",
    "aPatient",
    "P",
    "x",
    ".",
    "-",
    "_",
    "?",
    "\n",
    "ä",
  ),
  fc.string({ maxLength: 3 }),
);
const location = fc.oneof(
  fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join("")),
  fc.tuple(piece, piece, piece, piece).map(([base, type, id, version]) => `${base}/${type}/${id}/_history/${version}`),
);

test("the name in a Location is the first numbered one, wherever it is", () => {
  fc.assert(
    fc.property(location, (place) => {
      expect(namedIn({ status: 201, location: place, body: null }, "put", "numbered")).toEqual(foundIn(place));
    }),
    { numRuns: 5000 },
  );
});

test.each([
  "http://toxiproxy:8080/fhir/Patient/w16-7/_history/1",
  "Patient/7/_history/3",
  "http://a/FHIR/Patient/1/_history/2/Patient/3/_history/4",
  "http://a/Patient/1/_history/2?x=/_history/3",
  "http://a/aPatient/1/_history/2",
  "http://a/Patient/1/_history/2a",
])("the name in %s is found", (place) => {
  expect(namedIn({ status: 201, location: place, body: null }, "put", "numbered")).toEqual(foundIn(place));
});

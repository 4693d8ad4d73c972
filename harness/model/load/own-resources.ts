/**
 * One's own resources as a load writes them: each with the write's id as its first identifier, and without what a
 * server adds. The only reference kept is that of a `subject` to the patient of the same transaction. All others would
 * point to missing resources, or could not be compared with what a server makes of them.
 *
 * This file runs in k6 and in Node: it imports nothing.
 */
export interface OwnResource {
  resourceType: string;
  [element: string]: unknown;
}

interface Reference {
  reference?: unknown;
  [element: string]: unknown;
}

/** Replaces a reference object that had nothing else in it. */
const LEFT_OUT = { display: "not sent with it" };

/** `subject`: the reference to the patient of the same transaction; `null` if there is none. */
export function ownBody(resource: OwnResource, found: object, subject: string | null): object {
  const { resourceType, id: _, meta: __, text: ___, identifier, subject: of, ...rest } = resource;
  const named = { resourceType, identifier: [found, ...(Array.isArray(identifier) ? identifier : [])] };
  const without = withoutReferences(rest) as object;
  if (of === undefined) return { ...named, ...without };
  const said = withoutReferences(of) as Reference;
  return { ...named, ...without, subject: subject === null ? said : { ...(of as Reference), reference: subject } };
}

/** Removes all references except those to contained resources. */
function withoutReferences(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutReferences);
  const { reference, ...others } = value as Reference;
  const kept = Object.fromEntries(Object.entries(others).map(([key, each]) => [key, withoutReferences(each)]));
  if (typeof reference !== "string")
    return reference === undefined ? kept : { ...kept, reference: withoutReferences(reference) };
  if (reference.startsWith("#")) return { ...kept, reference };
  return Object.keys(kept).length === 0 ? LEFT_OUT : kept;
}

/** Places in the list: of the patients, of the resources about each of them, and of everything that is no patient. */
interface Groups {
  patients: number[];
  about: Map<number, number[]>;
  others: number[];
}

/** Cached, because reading the list is expensive in k6 and the list never changes. */
const known = new WeakMap<readonly OwnResource[], Groups>();

function groupsOf(resources: readonly OwnResource[]): Groups {
  const groups = known.get(resources) ?? grouped(resources);
  known.set(resources, groups);
  return groups;
}

function grouped(resources: readonly OwnResource[]): Groups {
  const groups: Groups = { patients: [], about: new Map(), others: [] };
  const byId = new Map<string, number>();
  const subjects: (string | undefined)[] = [];
  for (let place = 0; place < resources.length; place += 1) {
    const { resourceType, id, subject } = resources[place] as OwnResource & { id?: string; subject?: Reference };
    (resourceType === "Patient" ? groups.patients : groups.others).push(place);
    if (resourceType === "Patient" && id !== undefined)
      for (const name of [`Patient/${id}`, `urn:uuid:${id}`]) byId.set(name, place);
    const reference = subject?.reference;
    subjects.push(typeof reference === "string" ? reference : undefined);
  }
  for (const place of groups.others) {
    const patient = byId.get(subjects[place] ?? "");
    if (patient !== undefined) groups.about.set(patient, [...(groups.about.get(patient) ?? []), place]);
  }
  return groups;
}

/** The resource for write n, in turn. */
export function ownAt(resources: readonly OwnResource[], n: number): OwnResource {
  return resources[n % resources.length] as OwnResource;
}

/** The patient for update n, in turn; `null` if there are no patients. */
export function ownPatientAt(resources: readonly OwnResource[], n: number): OwnResource | null {
  const { patients } = groupsOf(resources);
  return patients.length === 0 ? null : (resources[patients[n % patients.length] as number] as OwnResource);
}

/** A patient and the resources about it, repeated as needed; without patients, resources in turn. */
export function ownGroup(resources: readonly OwnResource[], n: number, entries: number): OwnResource[] {
  const { patients, about, others } = groupsOf(resources);
  if (patients.length === 0) return Array.from({ length: entries }, (_, i) => ownAt(resources, n * entries + i));
  const patient = patients[n % patients.length] as number;
  const own = about.get(patient) ?? (others.length > 0 ? others : patients);
  const places = [patient, ...Array.from({ length: entries - 1 }, (_, i) => own[i % own.length] as number)];
  return places.map((place) => resources[place] as OwnResource);
}

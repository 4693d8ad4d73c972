/**
 * What k6 sends for each write of a load: the planned write with its body as text. Most writes are small patients that
 * differ in their ids only, so their text is made once and the ids are inserted. Other bodies are serialized each time.
 *
 * This file runs in k6 and in Node: it imports nothing but such files.
 */
import { type Tag, tagged } from "./tag.ts";
import {
  kindOfWrite,
  type PlannedWrite,
  patient,
  planWrite,
  registerIdPrefix,
  registerOf,
  type WriteForm,
  type WriteMix,
  writeIdPrefix,
} from "./write.ts";

export interface WriteText extends Omit<PlannedWrite, "body"> {
  text: string;
}

/** Placeholders that do not occur in a small patient and need no JSON escapes. */
const [WRITE, RESOURCE] = ["<write>", "<resource>"];

export interface OfLoad {
  seed: number;
  mix: WriteMix;
  form?: WriteForm | undefined;
  tags: readonly Tag[];
}

export function writeTexts({ seed, mix, form = {}, tags }: OfLoad): (n: number) => WriteText {
  const [writes, registers] = [writeIdPrefix(seed), registerIdPrefix(seed)];
  const isSmall = form.resources === undefined && form.bodies !== "realistic";
  const [made, named] = [patientText({}, tags), patientText({ id: RESOURCE }, tags)];
  return (n) => {
    const kind = kindOfWrite(seed, n, mix);
    if (!isSmall || kind === "bundle") {
      const { body, ...planned } = planWrite(seed, n, mix, form);
      return { ...planned, text: JSON.stringify(tagged(body, tags)) };
    }
    const id = `${writes}${n}`;
    if (kind === "post") return { id, n, kind, method: "POST", path: "Patient", text: made(id, "") };
    const resource = kind === "put" ? id : `${registers}${registerOf(n)}`;
    return { id, n, kind, method: "PUT", path: `Patient/${resource}`, text: named(id, resource) };
  };
}

/** Builds the text of a small patient with these additional elements. */
function patientText(besides: object, tags: readonly Tag[]): (write: string, resource: string) => string {
  const text = JSON.stringify(tagged({ ...patient(WRITE), ...besides }, tags));
  const [before, rest] = cut(text, WRITE);
  const [between, after] = cut(rest, WRITE);
  const [upTo, end] = after.includes(RESOURCE) ? cut(after, RESOURCE) : [after, ""];
  return (write, resource) => `${before}${write}${between}${write}${upTo}${resource}${end}`;
}

function cut(text: string, at: string): [before: string, after: string] {
  const place = text.indexOf(at);
  return [text.slice(0, place), text.slice(place + at.length)];
}

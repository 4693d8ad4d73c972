import { describe, expect, test } from "vitest";
import { type Answer, givenIn, readLine } from "./given.ts";

const of = { side: "b", write: "w99-0", resource: "Patient/w99-0" } as const;
const body = { resourceType: "Patient", id: "w99-0", meta: { versionId: "3" } };
const answer = (text: object, etag: string | null): Answer => ({ status: 200, etag, text: JSON.stringify(text) });
const html: Answer = { status: 200, etag: 'W/"3"', text: "<html>" };

describe("a read", () => {
  const line = (text: object, etag: string | null) => readLine(of, answer(text, etag));

  test.each([
    ["another resource", { id: "other" }, "Patient/other/3"],
    ["another type", { resourceType: "Basic" }, "Basic/w99-0/3"],
    ["another version than its ETag names", { meta: { versionId: "2" } }, "Patient/w99-0/2"],
  ])("of a server that gives %s is recorded as misnamed", (_, changes, misnamed) => {
    expect(line({ ...body, ...changes }, 'W/"3"')).toMatchObject({ version: 3, misnamed });
    expect(line(body, 'W/"3"')).not.toHaveProperty("misnamed");
    expect(line(body, null)).toMatchObject({ version: 3 });
    expect(line(body, null)).not.toHaveProperty("misnamed");
    expect(readLine(of, html)).toMatchObject({ content: null, misnamed: "no resource" });
  });
});

describe("if versions do not count", () => {
  const line = (text: object, etag: string | null) => givenIn(answer(text, etag), of.resource, false);
  const opaque = { ...body, meta: { versionId: "7f3a" } };

  test("each is the first, whatever its name", () => {
    expect(line(opaque, 'W/"7f3a"')).toMatchObject({ version: 1 });
    expect(line(body, 'W/"3"')).toMatchObject({ version: 1 });
    for (const text of [opaque, body]) expect(line(text, null)).not.toHaveProperty("misnamed");
  });

  test("another resource is still recorded as misnamed", () => {
    expect(line({ ...opaque, id: "w99" }, null)).toMatchObject({ version: 1, misnamed: "Patient/w99/7f3a" });
    expect(givenIn(html, of.resource, false)).toMatchObject({ misnamed: "no resource" });
    expect(givenIn({ ...html, status: 404 }, of.resource, false)).toMatchObject({ version: null });
  });
});

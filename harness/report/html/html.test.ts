import fc from "fast-check";
import { expect, test } from "vitest";
import { html, jsonScript } from "./html.ts";

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("<script>alert(1)</script>", "</script>", "<!--", '"><img src=x onerror=alert(1)>', "'&amp;", "]]>"),
);

test("values in a template are escaped, in an element and in an attribute", () => {
  fc.assert(
    fc.property(nasty, nasty, (inside, attribute) => {
      const { text } = html`<b title="${attribute}">${[inside]}</b>`;
      expect(text.replaceAll(/&(amp|lt|gt|quot|#39);/g, "").match(/[<>"'&]/g)).toEqual(["<", '"', '"', ">", "<", ">"]);
      expect(decoded(text)).toBe(`<b title="${attribute}">${inside}</b>`);
    }),
  );
});

test("a nested template is not escaped, and null is empty", () => {
  expect(html`<p>${html`<b>${"<"}</b>`}${null}${0}</p>`.text).toBe("<p><b>&lt;</b>0</p>");
});

test("data is read back unchanged, and closes no element", () => {
  fc.assert(
    fc.property(fc.array(nasty), (value) => {
      const { text } = jsonScript("data", value);
      const [, json] = /^<script id="data" type="application\/json">(.*)<\/script>$/s.exec(text) ?? [];
      expect(json).not.toContain("<");
      expect(JSON.parse(json as string)).toEqual(value);
    }),
  );
});

function decoded(text: string): string {
  const signs: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => signs[name] as string);
}

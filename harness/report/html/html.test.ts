import fc from "fast-check";
import { expect, test } from "vitest";
import { html, jsonScript } from "./html.ts";

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("<script>alert(1)</script>", "</script>", "<!--", '"><img src=x onerror=alert(1)>', "'&amp;", "]]>"),
);

test("whatever is put into a template is text, in an element and in an attribute", () => {
  fc.assert(
    fc.property(nasty, nasty, (inside, attribute) => {
      const { text } = html`<b title="${attribute}">${[inside]}</b>`;
      expect(text.replaceAll(/&(amp|lt|gt|quot|#39);/g, "").match(/[<>"'&]/g)).toEqual(["<", '"', '"', ">", "<", ">"]);
      expect(decoded(text)).toBe(`<b title="${attribute}">${inside}</b>`);
    }),
  );
});

test("a template in a template stays one, and nothing is nothing", () => {
  expect(html`<p>${html`<b>${"<"}</b>`}${null}${0}</p>`.text).toBe("<p><b>&lt;</b>0</p>");
});

test("data is read as it was written, and ends nothing", () => {
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

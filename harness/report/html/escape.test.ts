import { expect, test } from "vitest";
import { escapeHtml } from "./escape.ts";

test("all markup is escaped, and nothing else is changed", () => {
  expect(escapeHtml(`<a b="c" d='e'>&amp; ü →</a>`)).toBe(
    "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp; ü →&lt;/a&gt;",
  );
});

import { expect, test } from "vitest";
import { escapeHtml } from "./escape.ts";

test("no sign of markup is left, and nothing else is touched", () => {
  expect(escapeHtml(`<a b="c" d='e'>&amp; ü →</a>`)).toBe(
    "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp; ü →&lt;/a&gt;",
  );
});

/** Untrusted text is visible on a terminal and has no effect there, and JSON keeps its value. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sealed, visible, visibleLine } from "./visible.ts";

const any = fc.string({ unit: "binary", maxLength: 60 });

test.each([
  ["an escape code", "\x1b[31mHOLDS\x1b[0m", "\\u001b[31mHOLDS\\u001b[0m"],
  ["one in a single character", "\x9b2J", "\\u009b2J"],
  ["a bell", "a\x07", "a\\u0007"],
  ["what writes over the line", "BROKEN\rHOLDS\b", "BROKEN\\u000dHOLDS\\u0008"],
  ["what turns the direction", "a\u202eb\u2066c", "a\\u202eb\\u2066c"],
  ["what is not seen", "a\u200bb\ufeff\u00ad", "a\\u200bb\\ufeff\\u00ad"],
  ["what is not seen, of two halves", "\u{e0041}", "\\udb40\\udc41"],
  ["half a character", "\ud83d", "\\ud83d"],
  ["lines of another kind", "a\u2028b\u2029\x85", "a\\u2028b\\u2029\\u0085"],
])("%s is shown", (_name, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("ordinary text is unchanged", () => {
  const text = "region-loss × async\n\tläuft → 🩺 ‘日本’ می‌خواهم 1\u00a0s\n";
  expect(visible(text)).toBe(text);
});

test("a name on one line stays on one line", () => {
  expect(visibleLine("r1\nHOLDS  all of it")).toBe("r1\\nHOLDS  all of it");
});

test("JSON keeps its value", () => {
  fc.assert(
    fc.property(any, (text) => {
      expect(JSON.parse(visible(JSON.stringify({ text })))).toEqual({ text });
    }),
  );
});

describe("codes of our own", () => {
  test("pass, however often they occur", () => {
    expect(visible(`${sealed("\x1b[31m")}a\x1b[31m${sealed("\x1b[39m")}${sealed("\x1b[31m")}`)).toBe(
      "\x1b[31ma\\u001b[31m\x1b[39m\x1b[31m",
    );
  });

  test("are the only ones that pass", () => {
    fc.assert(
      fc.property(any, any, (before, after) => {
        const shown = visible(`${before}${sealed("\x1b[2K")}${after}`);
        expect(shown.split("\x1b")).toHaveLength(2);
        expect(shown.replace("\x1b[2K", "")).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });
});

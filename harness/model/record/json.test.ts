import { expect, test } from "vitest";
import { parseJson } from "./json.ts";

const MARK = "\ufeff";

test("JSON is parsed, even with a byte order mark inside", () => {
  expect(parseJson(`{"a": "${MARK}"}`)).toEqual({ a: MARK });
});

test.each([
  ["a byte order mark before it", `${MARK}{}`, "it begins with a byte order mark"],
  ["UTF-16", Buffer.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]).toString("utf8"), "it is not UTF-8"],
  ["truncated JSON", '{"a"', "Expected"],
])("%s is reported clearly", (_name, text, why) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
  expect(() => parseJson(text)).toThrow(why);
});

import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ENTRY, SCRIPT_IN_POD, SCRIPTS_AT, scripts } from "./scripts.ts";

test("the script is there with all its imports, each file at its relative path", () => {
  const { data, items } = scripts();
  const there = new Map(items.map(({ key, path }) => [path, data[key] as string]));
  expect([...there.keys()].map((path) => `${SCRIPTS_AT}/${path}`)).toContain(SCRIPT_IN_POD);
  const imports = [...there].flatMap(([path, text]) =>
    [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, name = ""]) => join(dirname(path), name)),
  );
  expect(imports.length).toBeGreaterThan(10);
  expect(imports.filter((path) => !there.has(path))).toEqual([]);
  expect(Object.keys(data).filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))).toEqual([]);
});

test("the entry without folders re-exports everything that k6 needs", () => {
  const { data, items } = scripts();
  const script = data[items.find(({ path }) => SCRIPT_IN_POD.endsWith(path))?.key ?? ""] ?? "";
  const exported = [...script.matchAll(/^export (default )?(?:const|function) (\w+)/gm)].map(([, isDefault, name]) =>
    isDefault ? "default" : name,
  );
  expect(exported.length).toBeGreaterThan(4);
  const [, names = ""] = /\{ (.*) \}/.exec(data[ENTRY] ?? "") ?? [];
  expect(names.split(", ").toSorted()).toEqual(exported.toSorted());
});

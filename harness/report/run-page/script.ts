/**
 * What the browser runs: uPlot, and our own part in `client/`. In a clone that is TypeScript, and becomes JavaScript when
 * a page is made. There is no bundler: its files are put one after the other, each after those that it imports, in one scope.
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { ENDING } from "../../model/program/built.ts";

const FILES = ["view", "pictures", "describe", "draw", "tables", "main"];

const read = (path: string) => readFileSync(fileURLToPath(import.meta.resolve(path)), "utf8");

export function pageScript(): string {
  const ours = FILES.map((name) => inOneScope(withoutTypes(read(`./client/${name}${ENDING}`))));
  return [uPlotFile("uPlot.iife.min.js"), `(() => {\n"use strict";\n${ours.join("\n")}\n})();`].join("\n");
}

export function pageStyle(): string {
  return `${uPlotFile("uPlot.min.css")}\n${read("./page.css")}`;
}

/** The package names no file of these to import. */
function uPlotFile(name: string): string {
  return readFileSync(new URL(name, import.meta.resolve("uplot")), "utf8");
}

function inOneScope(text: string): string {
  return text.replace(/^import [^;]*;$/gm, "").replace(/^export /gm, "");
}

/** Node warns that its own function may change yet; Node is pinned here, and people would wonder. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

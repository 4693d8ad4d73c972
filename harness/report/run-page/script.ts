/**
 * The page's script: uPlot and our own code in `client/`. In a clone that is TypeScript, converted to JavaScript when a page is
 * made. There is no bundler: the files are concatenated in one scope, each after its imports.
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

/** The package exports none of these files. */
function uPlotFile(name: string): string {
  return readFileSync(new URL(name, import.meta.resolve("uplot")), "utf8");
}

function inOneScope(text: string): string {
  return text.replace(/^import [^;]*;$/gm, "").replace(/^export /gm, "");
}

/** Suppresses Node's warning that this function may still change: Node is pinned here, and the warning would confuse users. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

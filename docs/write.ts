/** `npm run docs`: writes the page that is generated from the code. */
import { readFileSync, writeFileSync } from "node:fs";
import { definitionsPage } from "./definitions.ts";

const sourceOf = (name: string) => readFileSync(new URL(`../harness/check/${name}.ts`, import.meta.url), "utf8");

writeFileSync(new URL("definitions.md", import.meta.url), `${definitionsPage(sourceOf)}\n`);

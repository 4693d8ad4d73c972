/** HTML from templates. Inserted values are escaped, unless a template made them. */
import { escapeHtml } from "./escape.ts";

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | readonly Part[];

export function html(parts: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(parts.reduce((text, part, i) => `${text}${escaped(values[i - 1] ?? null)}${part}`));
}

function escaped(value: Part): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join("");
  return escapeHtml(String(value));
}

/** Data in an element that no browser runs. Without a `<`, nothing in it can close that element. */
export function jsonScript(id: string, value: unknown): Html {
  const text = JSON.stringify(value).replaceAll("<", "\\u003c");
  return new Html(`<script id="${id}" type="application/json">${text}</script>`);
}

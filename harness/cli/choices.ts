/** What some arguments may be, apart from the commands that they are for: help needs none of these. */
export const FORMATS = ["junit", "openmetrics", "csv", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

export const LISTS = ["all", "scenarios", "configs", "outcomes"] as const;
export type ListName = (typeof LISTS)[number];

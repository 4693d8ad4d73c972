/** The values of some arguments, apart from their commands, so that help need not load these. */
export const FORMATS = ["junit", "openmetrics", "csv", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

export const LISTS = ["all", "scenarios", "configs", "outcomes"] as const;
export type ListName = (typeof LISTS)[number];

/** The values of some arguments, in a file of their own so that help does not load the commands. */
export const FORMATS = ["junit", "openmetrics", "csv", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

export const LISTS = ["all", "scenarios", "configs", "outcomes"] as const;
export type ListName = (typeof LISTS)[number];

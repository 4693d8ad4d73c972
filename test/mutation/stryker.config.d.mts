export const BROKEN: string[];
export const TESTS: string;
export const REPORT: string;

/** Figures as people are told them. */
export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** Of a share of 1. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}

/** In whole percents, of what is not measured more closely; a dash where it was not measured. */
export function share(value: number | null): string {
  return value === null ? "–" : `${Math.round(100 * value)} %`;
}

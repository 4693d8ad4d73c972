/** Figures as people are told them. */
export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** Of a share of 1. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}

/** An axis for values: linear from 0, or logarithmic if they span several magnitudes. */
export interface Axis {
  logarithmic: boolean;
  /** The position of a value, from 0 to 1. */
  at: (value: number) => number;
  ticks: number[];
}

const MAGNITUDES = 20;
/** The share of a logarithmic axis that leads down to 0, which has no logarithm. */
const TO_ZERO = 0.15;

/** `values` are 0 or more. */
export function axisOf(values: readonly number[]): Axis {
  const positive = values.filter((value) => value > 0);
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  if (positive.length === 0) return { logarithmic: false, at: () => 0, ticks: [0] };
  return most / least >= MAGNITUDES ? byLogarithm(least, most, values.includes(0)) : evenly(most);
}

function evenly(most: number): Axis {
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const step = ([0.2, 0.5, 1, 2, 5].find((each) => most / (each * magnitude) <= 4) as number) * magnitude;
  const steps = Math.ceil(most / step);
  // Rounded so that three steps of 0.1 give 0.3.
  const ticks = Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(6)));
  return { logarithmic: false, at: (value) => value / (steps * step), ticks };
}

function byLogarithm(least: number, most: number, hasZero: boolean): Axis {
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const bottom = hasZero ? TO_ZERO : 0;
  const at = (value: number) => (value <= 0 ? 0 : bottom + ((1 - bottom) * (Math.log10(value) - low)) / (high - low));
  const powers = Array.from({ length: high - low + 1 }, (_, index) => Number((10 ** (low + index)).toPrecision(6)));
  return { logarithmic: true, at, ticks: hasZero ? [0, ...powers] : powers };
}

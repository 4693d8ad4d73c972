/** Parses an option as a whole number within limits. */
import { InvalidArgumentError } from "commander";

export const whole = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}, in digits.`);
};

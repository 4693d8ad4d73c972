/** A minimal k6 script that writes at a rate: one PUT, of the same body to the same URL, with one header. */
import http from "k6/http";

const { url, body, rate, seconds, users } = JSON.parse(__ENV.MINIMAL);

export const options = {
  scenarios: {
    writes: {
      executor: "constant-arrival-rate",
      rate,
      timeUnit: "1s",
      duration: `${seconds}s`,
      preAllocatedVUs: users,
      maxVUs: users,
    },
  },
};

const PARAMS = { headers: { "Content-Type": "application/fhir+json" } };

export default function write() {
  http.put(url, body, PARAMS);
}

export function handleSummary(data) {
  return { "/record/k6-summary.json": JSON.stringify(data) };
}

/** k6-operator's resource. */
export const TEST_RUNS = { group: "k6.io", version: "v1alpha1", plural: "testruns" } as const;

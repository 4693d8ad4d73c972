/** The resource of k6-operator, where it is installed. */
export const TEST_RUNS = { group: "k6.io", version: "v1alpha1", plural: "testruns" } as const;

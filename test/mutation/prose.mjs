/**
 * Strings with a space are not mutated: only people read them. The words by which the judge decides (verdicts,
 * outcomes, names, keys) contain none. Template strings that compute something are mutated as well.
 */
const computing = "BinaryExpression|LogicalExpression|ConditionalExpression";

const prose = {
  shouldIgnore(path) {
    const { node } = path;
    if (path.isStringLiteral()) return node.value.includes(" ") ? "prose" : undefined;
    if (!path.isTemplateLiteral() || !node.quasis.some((part) => part.value.raw.includes(" "))) return undefined;
    let computes = false;
    path.traverse({
      [computing]() {
        computes = true;
      },
    });
    return computes ? undefined : "prose";
  },
};

export const strykerPlugins = [{ kind: "Ignore", name: "prose", value: prose }];

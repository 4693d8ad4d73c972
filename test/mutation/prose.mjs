/**
 * What is only said to people is not broken: a text with a space in it. Every word that the judge decides by (verdicts,
 * outcomes, names, keys) has none. A template that computes something inside is more than prose, and is broken as well.
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

/**
 * How much work a check may be, from schema and value alone: whether it is certain to be short. Pure.
 *
 * Surprise: this walks with a list of its own. What is nested too deep for recursion must not be measured by it.
 */

/** Members and characters of a value that is checked on the spot, where the schema lets it. */
const smallSize = 64 * 1024;
/** Of one that is looked at at all. A whole answer of a model is a thousandth of it. */
export const largestSize = 64 * 1024 * 1024;
/** Levels of a value that is looked at: each costs whoever reads it later a frame of the stack. */
export const deepest = 1_000;

export type Size = 'small' | 'large' | 'too_large' | 'too_deep';

export function sizeOf(value: unknown): Size {
  let size = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return 'too_deep';
    const below: unknown[] = [];
    for (const member of level) {
      size += 1;
      if (typeof member === 'string') size += member.length;
      else if (Array.isArray(member)) for (const item of member) below.push(item);
      else if (typeof member === 'object' && member !== null) {
        for (const [name, item] of Object.entries(member)) {
          size += name.length;
          below.push(item);
        }
      }
      if (size > largestSize) return 'too_large';
    }
    level = below;
  }
  return size > smallSize ? 'large' : 'small';
}

/**
 * Whether each rule of the schema looks at each member of a value at most once: no regular expression, no rule that
 * refers to another (it may do so for ever, or twice on each level), none that compares members with one another. In
 * doubt it is not: a property may be called `pattern`.
 */
export function isPlain(schema: unknown): boolean {
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const at = open.pop();
    if (typeof at !== 'object' || at === null) continue;
    for (const [name, value] of Object.entries(at)) {
      if (costly.get(name)?.(value) === true) return false;
      open.push(value);
    }
  }
  return true;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Keywords that may cost more, by the form in which they are keywords. */
const costly: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['pattern', isText],
  ['patternProperties', isObject],
  ['format', isText],
  ['$ref', isText],
  ['$dynamicRef', isText],
  ['$recursiveRef', isText],
  ['uniqueItems', (value: unknown) => value === true],
]);

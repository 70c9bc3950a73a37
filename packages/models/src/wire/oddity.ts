/** Something that is needed and cannot be understood: asking again would bring the same, and be paid for again. */

export class Oddity extends Error {
  override readonly name = 'Oddity';
  /** `choices[0].delta.tool_calls` */
  readonly field: string;
  readonly what: string;

  constructor(field: string, what: string) {
    super(`${field} is ${what}`);
    this.field = field;
    this.what = what;
  }
}

/** `a list`, `null`, `the text "yes"`: never more than a glimpse of what was sent. */
export function nameOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

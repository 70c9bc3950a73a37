/** Why a value was not checked, in words. Pure. */

import type { Unchecked } from './outcome.ts';

const longestPattern = 100;

/** A clause; `name` is what people call the value: `the answer`. */
export function uncheckedText({ for: reason, limit, pattern }: Unchecked, name: string): string {
  switch (reason) {
    case 'time': {
      const within = `did not end within ${limit / 1_000} s`;
      if (pattern === undefined) return `the check of ${name} against its schema ${within}`;
      const { field, text } = pattern;
      const shown = text.length > longestPattern ? `${text.slice(0, longestPattern)}…` : text;
      return `the check of ${field === undefined ? name : `\`${field}\``} against its pattern ${shown} ${within}`;
    }
    case 'memory':
      return `the check of ${name} against its schema took more than ${limit / 1024 / 1024} MB of memory`;
    case 'size':
      return `${name} is larger than ${limit / 1024 / 1024} MB, more than is held against a schema`;
    case 'depth':
      return `${name} is nested deeper than ${limit.toLocaleString('en')} levels`;
    default:
      return reason satisfies never;
  }
}

/** Texts that people and agents send: within a length that is counted as readers count, and never half a character. */

import { z } from 'zod';
import { codePoints } from './length.ts';

/** A text is kept as UTF-8, which has no half of a surrogate pair. */
const wholeCharacters = 'it holds half of a character, which cannot be kept';

/** Text of at most `most` code points; what it is called in messages. */
export function text(most: number, what: string) {
  return z
    .string()
    .refine((value) => value.isWellFormed(), wholeCharacters)
    .refine((value) => value.length <= most || codePoints(value) <= most, `${what} has at most ${most} characters`);
}

/** One line with something on it. */
export function line(most: number, what: string) {
  return text(most, what)
    .trim()
    .min(1, `${what} must not be empty`)
    .refine((value) => !/\p{Cc}/u.test(value), `${what} is one line`);
}

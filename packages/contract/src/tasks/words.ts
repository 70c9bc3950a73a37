/** Texts of a task: how long they may be, and which of them are one line. */

import { z } from 'zod';

/**
 * One line: a newline in it would forge a line of the progress log. Spelled without a flag, since a pattern in a JSON
 * Schema has none: Cc, Zl and Zp of Unicode.
 */
// oxlint-disable-next-line no-control-regex -- they are what it keeps out
const oneLine = /^[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*$/;

export const line = (max: number) =>
  z.string().max(max, `at most ${max} characters`).regex(oneLine, 'must be one line without control characters');

export const text = (max: number) => z.string().max(max, `at most ${max} characters`);

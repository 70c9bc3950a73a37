import { compact } from '@perdure/contract';
import { expect, test } from 'vitest';
import { lineOf } from '../src/restate/sdk-log.ts';

type Meta = Parameters<typeof lineOf>[0];

/** Levels are an enum of the SDK, whose values are these words. */
const meta = (level: string, key?: string) =>
  ({ level, ...compact({ context: key === undefined ? undefined : { key } }) }) as Meta;

/** As the SDK says it when the engine was killed during a call. */
const aborted = `Got abort error from connection: Invalid state: WritableStream is closed
This might indicate that:
* The restate-server aborted the connection after hitting the 'abort-timeout'
* The connection with the restate-server was lost

Please check the invocation in the Restate UI for more details.`;

test('an engine that went away during a drive is told in one line that names the run and no user interface', () => {
  const line = lineOf(meta('error', 'run-1'), aborted);
  expect(line).toContain('run run-1');
  expect(line).not.toMatch(/UI|\n/);
});

test('an engine that went away during a probe is not told', () => {
  expect(lineOf(meta('error'), aborted)).toBeUndefined();
});

test('a call that the engine has not signed is not told: whoever knocks for ever would fill the log', () => {
  const refused = 'Rejecting request as its JWT did not validate: missing header';
  const ended = 'Unexpected error: Error: Premature close\n    at x';
  expect([refused, ended].map((line) => lineOf(meta('error'), line))).toEqual([undefined, undefined]);
});

test('other warnings and errors are told as they are, and nothing below them', () => {
  expect(lineOf(meta('warn'), 'careful')).toBe('careful');
  expect(lineOf(meta('error'), 'broken')).toBe('broken');
  expect(lineOf(meta('info'), 'fine')).toBeUndefined();
});

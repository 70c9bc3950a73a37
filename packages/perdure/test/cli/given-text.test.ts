import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { givenText, readGiven, readStdin } from '../../src/cli/given-text.ts';
import type { Rim } from '../../src/cli/rim.ts';
import { startFakeApi } from '../fake-api.ts';
import { createRunningPlace, cli } from '../harness.ts';

const rimOf = (...chunks: readonly (Uint8Array | string)[]) =>
  ({ cwd: '/', stdin: Readable.from(chunks) }) as unknown as Rim;

test('stdin is read whole, a character that two chunks share included', async () => {
  const bytes = Buffer.from('größer\n');
  expect(await readStdin(rimOf(bytes.subarray(0, 3), bytes.subarray(3)))).toBe('größer\n');
});

test('of text from stdin the last line break goes, of text that was typed none', async () => {
  expect(await givenText(rimOf('two\n\n'), '-')).toBe('two\n');
  expect(await givenText(rimOf(), 'two\n')).toBe('two\n');
});

test('what is on stdin and is not UTF-8 is refused instead of changed', async () => {
  await expect(readStdin(rimOf(Buffer.from([0xff, 0xfe])))).rejects.toMatchObject({ code: 'invalid_input' });
});

test.each([
  ['run', 'hello', '-'],
  ['run', 'hello', '--input', '-'],
])('more than 10 MB on stdin is refused before anything is sent: %j', async (...argv) => {
  await using api = await startFakeApi({ runs: [] });
  using place = createRunningPlace(api);
  const { code, stderr } = await cli(argv, { cwd: place.folder, stdin: 'x'.repeat(10_000_001) });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('over 10 MB') });
  expect(api.requests).toEqual([]);
});

test('a file is read where `@` names one, and a message can tell where a value comes from', async () => {
  await using api = await startFakeApi({ runs: [] });
  using place = createRunningPlace(api);
  writeFileSync(join(place.folder, 'input.json'), '{}');
  const rim = { ...rimOf('{"a":1}'), cwd: place.folder };
  expect(await readGiven(rim, '@input.json', '--input')).toEqual({ text: '{}', from: 'input.json' });
  expect(await readGiven(rim, '-', '--input')).toEqual({ text: '{"a":1}', from: 'stdin' });
  expect(await readGiven(rim, '[]', '--input')).toEqual({ text: '[]', from: '--input' });
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { killAfterTest } from '@perdure/testing/after-test';
import { expect, test } from 'vitest';

const fixture = (name: string): URL => new URL(`fixtures/${name}.ts`, import.meta.url);

test('an error nobody caught ends a part with 1 and is logged', async () => {
  const child = fork(fixture('throwing'), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  killAfterTest(child.pid);
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words += text));
  await once(child, 'message');
  child.send('now');
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(words).toContain('out of the blue');
});

test('neither Ctrl-C, nor the end of the terminal, nor a second SIGTERM cuts short a part that is closing', async () => {
  const child = fork(fixture('stubborn'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  killAfterTest(child.pid);
  await once(child, 'message');
  child.kill('SIGINT');
  child.kill('SIGHUP');
  child.kill('SIGTERM');
  expect(await once(child, 'message')).toMatchObject([{ type: 'closing' }, undefined]);
  child.kill('SIGTERM');
  // The second answer comes from a turn of its event loop in which it had met the signal.
  for (const message of [1, 2]) {
    child.send(message);
    expect(await once(child, 'message')).toMatchObject([{ type: 'echo', message }, undefined]);
  }
});

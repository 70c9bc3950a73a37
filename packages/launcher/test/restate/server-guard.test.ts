import { closeSync, openSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { startGuarded } from '../../src/restate/server-guard.ts';

test('a program that ends at once is told of with its pid and its exit code, also to who is busy with others', async () => {
  const log = openSync('/dev/null', 'a');
  onTestFinished(() => closeSync(log));
  const start = async () =>
    await startGuarded(['/bin/sh', '-c', 'exit 3'], { env: { PATH: '/usr/bin:/bin' }, cwd: '/', log });
  for (let round = 0; round < 20; round += 1) {
    // While one is started who starts it hears nothing of the others.
    const guards = await Promise.all(Array.from({ length: 8 }, start));
    for (const { pid, exited } of guards) expect([pid > 0, await exited]).toEqual([true, 'exit code 3']);
  }
});

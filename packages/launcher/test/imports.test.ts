import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { fixture } from './support.ts';

test('the launcher loads nothing but zod: neither the agent framework nor the web framework nor the engine SDK', async () => {
  const child = spawn(process.execPath, [fixture('list-imports').pathname]);
  expect(JSON.parse(await text(child.stdout))).toEqual(['zod']);
});

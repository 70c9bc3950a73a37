/**
 * From the start of `perdure mcp` until it has answered `tools/list`, with the handshake before it: a client waits for
 * that each time it starts. Against the start of Node itself.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { perdureCommand, plainEnv, timeCommand } from '../command.ts';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';

const samples = 30;
const warmUps = 3;

const clientInfo = { name: 'bench', version: '1' };
const messages = [
  { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } },
  { method: 'notifications/initialized' },
  { id: 2, method: 'tools/list' },
];

export async function measureMcpStart(): Promise<readonly Figure[]> {
  using home = makeTempHome();
  const rounds: { readonly node: number; readonly mcp: number }[] = [];
  for (let round = 0; round < warmUps + samples; round++) {
    const node = timeCommand(process.execPath, ['-e', '0']).ms;
    rounds.push({ node, mcp: await timeToTools(home.path) });
  }
  const counted = rounds.slice(warmUps);
  const middle = (command: 'node' | 'mcp') => median(counted.map((round) => round[command]));
  return [
    {
      id: 'mcp-start',
      value: median(counted.map(({ node, mcp }) => mcp / node)),
      unit: 'x',
      // 1.15 times what it was before the official package spoke the protocol: 3.5.
      target: { atMost: 4 },
      note: `perdure mcp to tools/list ${middle('mcp').toFixed(1)} ms, node -e 0 ${middle('node').toFixed(1)} ms, medians of ${samples} pairs`,
    },
  ];
}

async function timeToTools(home: string): Promise<number> {
  const from = performance.now();
  const child = spawn(perdureCommand, ['mcp', '--home', home], {
    cwd: home,
    env: plainEnv(),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.write(messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
  let ms = Number.NaN;
  for await (const line of createInterface({ input: child.stdout })) {
    if ((JSON.parse(line) as { readonly id?: unknown }).id !== 2) continue;
    ms = performance.now() - from;
    child.stdin.end();
  }
  if (child.exitCode === null) await once(child, 'exit');
  return ms;
}

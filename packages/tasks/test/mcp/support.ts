/** A server of tools on a store of its own, and a git project for its checks. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compact } from '@perdure/contract';
import { onTestFinished } from 'vitest';
import { defaultLeaseTtlMs } from '../../src/core/lease.ts';
import { defaultPolicy } from '../../src/core/report-policy.ts';
import {
  chooseTools,
  createMcpServer,
  type McpServer,
  type McpServerOptions,
  type ToolHost,
  type ToolResult,
} from '../../src/mcp/index.ts';
import { openWorld, type World } from '../store/support.ts';

export interface Bench extends World {
  readonly server: McpServer;
  /** Empty but for git. */
  readonly project: string;
  readonly log: readonly string[];
  /** Moves the clock. */
  pass(ms: number): void;
  call(name: string, given: unknown): Promise<ToolResult>;
}

type Load = NonNullable<McpServerOptions['load']>;

export const start = Date.UTC(2026, 0, 2, 3, 4, 5);

export async function openBench(
  options: { readonly tools?: string; readonly host?: Partial<ToolHost>; readonly load?: Load } = {},
): Promise<Bench> {
  const world = await openWorld();
  const project = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-mcp-')));
  onTestFinished(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));
  execFileSync('git', ['init', '-q'], { cwd: project });
  writeFileSync(join(project, 'work.txt'), 'begun\n');
  const log: string[] = [];
  let now = start;
  let count = 0;
  const host: ToolHost = {
    store: world.store,
    project,
    folder: project,
    env: { PATH: process.env['PATH'] },
    exclude: [],
    leaseTtlMs: defaultLeaseTtlMs,
    now: () => now,
    newId: () => `id-${++count}`,
    reportPolicy: async () => defaultPolicy,
    newToken: () => `secret-${++count}`,
    warn: (line) => void log.push(line),
    ...options.host,
  };
  const { tools = 'core', load } = options;
  const server = createMcpServer({ host, tools: chooseTools(tools), version: '0.1.0', ...compact({ load }) });
  return {
    ...world,
    server,
    project,
    log,
    pass: (ms) => (now += ms),
    call: async (name, given) => await server.call(`perdure_${name}`, given, new AbortController().signal),
  };
}

export const plan = {
  task_id: 'release-1',
  title: 'Release 1',
  goal: 'Version 1 is out.',
  done_criteria: ['work.txt says done'],
  next_step: 'write it',
  agent: 'claude',
};

/** Proves the only criterion of `plan`. */
export const proof = { criterion: 1, command: ['grep', '-q', 'done', 'work.txt'] };

/** A task of `plan`, and how to name it. */
export async function createPlanned(bench: Bench, changes: object = {}) {
  const { data } = await bench.call('create', { ...plan, ...changes });
  return { task_id: plan.task_id, lease: String(data['lease']) };
}

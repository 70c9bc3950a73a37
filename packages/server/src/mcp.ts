/** The tools of tasks as the server offers them: made when a client first asks, for most servers have none. */

import { randomBytes, randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { maxBodyBytes } from '@perdure/contract';
import { isHolderGone, loadSettings, type HomePaths } from '@perdure/home';
import type { TaskStore } from '@perdure/tasks/store';
import packageJson from '../package.json' with { type: 'json' };
import type { McpServing } from './http/ports.ts';

export interface McpParts {
  readonly store: TaskStore;
  readonly paths: HomePaths;
  /** Absolute path of the folder that the launcher works for. */
  readonly project: string;
  readonly env: NodeJS.ProcessEnv;
  readonly closing: AbortSignal;
  readonly log: (line: string) => void;
}

export function createMcpServing(parts: McpParts): McpServing {
  let made: Promise<McpServing> | undefined;
  return { fetch: async (request, tools) => await (await (made ??= serving(parts))).fetch(request, tools) };
}

async function serving({ store, paths, project, env, closing, log }: McpParts): Promise<McpServing> {
  const { createMcpHttp, createMirror, leaseTtlOf, policyOf } = await import('@perdure/tasks');
  const host = {
    store,
    mirror: createMirror({ folder: join(paths.root, 'tasks') }),
    // The home folder is no project.
    project: project === homedir() ? '' : project,
    folder: project,
    env,
    exclude: [paths.root],
    leaseTtlMs: leaseTtlOf(env['PERDURE_LEASE_SECONDS']),
    isGone: isHolderGone,
    now: Date.now,
    newId: () => randomUUID(),
    newToken: () => randomBytes(24).toString('base64url'),
    reportPolicy: async () => policyOf((await loadSettings(paths, { flags: {}, env, cwd: paths.root })).values),
    warn: (line: string) => log(`mcp: ${line}`),
  };
  return createMcpHttp({ host, version: packageJson.version, maxBodyBytes, closing });
}

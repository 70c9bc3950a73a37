/**
 * Where OpenClaw keeps the workspace of its agents, by the rules of its manual (`gateway/config-agents`): what
 * `openclaw.json` says, else OPENCLAW_WORKSPACE_DIR, else a folder of its state directory, which a profile or
 * OPENCLAW_STATE_DIR moves.
 */

import { join, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';

export interface OpenClawAt {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  /** Undefined where there is no such file. */
  readonly readFile: (path: string) => string | undefined;
}

/** @throws PerdureError `invalid_input` where the configuration is there and cannot be read. */
export function openClawWorkspace({ env, homedir, readFile }: OpenClawAt): string {
  const expand = (path: string) => (/^~(?=\/|$)/.test(path) ? join(homedir, path.slice(1)) : resolve(homedir, path));
  const profile = env['OPENCLAW_PROFILE'];
  const suffix = profile === undefined || ['', 'default'].includes(profile) ? '' : `-${profile}`;
  const state = expand(env['OPENCLAW_STATE_DIR'] || join(homedir, `.openclaw${suffix}`));
  const config = expand(env['OPENCLAW_CONFIG_PATH'] || join(state, 'openclaw.json'));
  const named = env['OPENCLAW_WORKSPACE_DIR'];
  const text = readFile(config);
  const configured = text === undefined ? undefined : workspaceIn(text, config, named !== undefined);
  return expand(configured ?? (named || join(state, 'workspace')));
}

/** OpenClaw writes JSON, and also reads what people write by hand with comments, which we do not. */
function workspaceIn(text: string, config: string, isNamed: boolean): string | undefined {
  let value: { readonly agents?: { readonly defaults?: { readonly workspace?: unknown } } } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    if (isNamed) return undefined;
    throw new PerdureError(
      'invalid_input',
      `${config} is no plain JSON, so the workspace that it names is not known here; name it with OPENCLAW_WORKSPACE_DIR.`,
      { details: { path: config } },
    );
  }
  const workspace = value?.agents?.defaults?.workspace;
  return typeof workspace === 'string' && workspace !== '' ? workspace : undefined;
}

/** The tools that agents of a project may name: its own, loaded as the worker loads them, and the ones that ship. */

import { join } from 'node:path';
import { compact } from '@perdure/contract';
import { loadSettings } from '@perdure/home';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommonOptions } from '../cli/options.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

export async function loadProjectTools(rim: Rim, options: CommonOptions, project: string) {
  const { paths } = findPlace(rim, options);
  const { values } = await loadSettings(paths, { flags: {}, env: rim.env, cwd: rim.cwd });
  const { createShippedTools, loadTools } = await import('@perdure/worker/tools');
  const shipped = createShippedTools({
    enabled: new Set(values.enabledTools),
    ...compact({ sqlDatabase: values.sqlDatabase }),
    version: packageJson.version,
  });
  return await loadTools([{ dir: join(project, 'tools'), origin: 'project' }], shipped);
}

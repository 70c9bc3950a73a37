/** What the launcher tells the worker, by its environment. */

import { PerdureError, type Budget } from '@perdure/contract';
import { resolveModels } from '@perdure/models/servers';
import packageJson from '../package.json' with { type: 'json' };

export type WorkerSettings = ReturnType<typeof readSettings>;

export function readSettings() {
  const workerPort = Number(required('PERDURE_WORKER_PORT'));
  return {
    home: required('PERDURE_HOME'),
    project: required('PERDURE_PROJECT'),
    workerPort,
    engineKey: required('PERDURE_ENGINE_KEY'),
    defaultModel: required('MODEL_ID'),
    models: resolveModels(required('PERDURE_MODELS'), process.env),
    patienceMs: Number(required('PERDURE_MODEL_PATIENCE')),
    budget: budgetOf(process.env),
    tools: {
      enabled: new Set((process.env['PERDURE_ENABLED_TOOLS'] ?? '').split(',')),
      sqlDatabase: process.env['PERDURE_SQL_DATABASE'] ?? '',
      version: packageJson.version,
    },
  };
}

/** What is not set is not limited. */
function budgetOf(env: NodeJS.ProcessEnv): Budget {
  const limits = [
    ['tokens', env['PERDURE_BUDGET_TOKENS']],
    ['turns', env['PERDURE_BUDGET_TURNS']],
    ['minutes', env['PERDURE_BUDGET_MINUTES']],
  ] as const;
  return Object.fromEntries(limits.flatMap(([limit, text]) => (text === undefined ? [] : [[limit, Number(text)]])));
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new PerdureError(
      'config_invalid',
      `${name} is not set: the worker is started by \`perdure up\`, not by hand.`,
    );
  }
  return value;
}

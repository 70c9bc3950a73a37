/**
 * What the child processes are told. The only way a secret travels: other accounts cannot read an environment, an
 * argument vector they can.
 */

import { compact, demoModelId } from '@perdure/contract';
import { settingsTable, type ModelChoice, type Settings } from '@perdure/home';
import type { PartName } from './part.ts';

/** Settings that the worker reads from its environment, under the names by which they are given. */
const workerSettings = [
  'enabledTools',
  'sqlDatabase',
  'contextTokens',
  'budgetTokens',
  'budgetTurns',
  'budgetMinutes',
] as const satisfies readonly (keyof Settings)[];

export interface ChildEnvOptions extends Pick<Settings, (typeof workerSettings)[number]> {
  readonly home: string;
  readonly project: string;
  readonly port: number;
  readonly workerPort: number;
  readonly demoModelPort: number;
  readonly logLevel: string;
  readonly model: ModelChoice;
  readonly demoModelLog: string;
  readonly initDatabase?: boolean;
}

/** It takes any key. */
const demoModelKey = 'demo';

export function childEnv(base: NodeJS.ProcessEnv, options: ChildEnvOptions): NodeJS.ProcessEnv {
  return {
    ...base,
    PERDURE_HOME: options.home,
    PERDURE_PROJECT: options.project,
    PERDURE_PORT: String(options.port),
    PERDURE_WORKER_PORT: String(options.workerPort),
    PERDURE_LOG_LEVEL: options.logLevel,
    PERDURE_MODEL_KIND: options.model.kind,
    ...workerEnv(options),
    ...modelEnv(options),
    ...compact({ PERDURE_DATABASE_INIT: options.initDatabase === true ? '1' : undefined }),
    RESTATE_LOGGING: 'ERROR',
    MASTRA_TELEMETRY_DISABLED: '1',
  };
}

/**
 * Code that was compiled once need not be again: a start is a third shorter. Kept where the command line keeps its own,
 * and not for the worker, which loads files of users: what they are stays in their folders.
 */
export function withCompiledCode(
  env: NodeJS.ProcessEnv,
  part: PartName,
  folder: string | undefined,
): NodeJS.ProcessEnv {
  return part === 'worker' ? env : compact({ NODE_COMPILE_CACHE: folder, ...env });
}

/** What is not set is left out. */
function workerEnv(options: ChildEnvOptions): NodeJS.ProcessEnv {
  return Object.fromEntries(
    workerSettings.flatMap((name) => {
      const value = options[name];
      return value === undefined ? [] : [[settingsTable[name].env, String(value)]];
    }),
  );
}

/** `PERDURE_DEMO_MODEL_SCRIPT` comes from whoever starts us, if at all. */
function modelEnv({ model, demoModelPort, demoModelLog }: ChildEnvOptions): NodeJS.ProcessEnv {
  if (model.kind === 'configured') {
    return { AI_BASE_URL: model.baseUrl, AI_API_KEY: model.apiKey, MODEL_ID: model.modelId };
  }
  return {
    AI_BASE_URL: `http://127.0.0.1:${demoModelPort}/v1`,
    AI_API_KEY: demoModelKey,
    MODEL_ID: demoModelId,
    PERDURE_DEMO_MODEL_PORT: String(demoModelPort),
    PERDURE_DEMO_MODEL_LOG: demoModelLog,
  };
}

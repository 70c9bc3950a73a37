/**
 * What the child processes are told. The only way a secret travels: other accounts cannot read an environment, an
 * argument vector they can.
 */

import { compact } from '@perdure/contract';
import { settingsTable, type ModelChoice, type PublicAccess, type Settings } from '@perdure/home';
import type { NodePartName } from './entries.ts';
import type { PartName } from './part.ts';

/** Settings that the worker reads from its environment, under the names by which they are given. */
const workerSettings = [
  'enabledTools',
  'sqlDatabase',
  'budgetTokens',
  'budgetTurns',
  'budgetMinutes',
  'modelPatience',
] as const satisfies readonly (keyof Settings)[];

export interface ChildEnvOptions extends Pick<Settings, (typeof workerSettings)[number]> {
  readonly home: string;
  readonly project: string;
  readonly port: number;
  readonly workerPort: number;
  /** The public half of the key with which the engine signs. */
  readonly engineKey: string;
  readonly demoModelPort: number;
  readonly logLevel: string;
  readonly model: ModelChoice;
  /** Names of variables whose values only the worker may have. */
  readonly secretVariables: readonly string[];
  readonly demoModelLog: string;
  readonly initDatabase?: boolean;
  /** How the server is reached from beyond this machine; absent: not at all, whatever stands in `base`. */
  readonly access?: PublicAccess | undefined;
  /** Which file the database is: no part opens, or makes, another one in its place. */
  readonly databaseFile?: string;
}

/** `base`, proxies included, with what the part is told; keys of model servers reach the worker and nobody else. */
export function childEnv(base: NodeJS.ProcessEnv, part: NodePartName, options: ChildEnvOptions): NodeJS.ProcessEnv {
  const env = {
    ...without(base, options.secretVariables),
    PERDURE_HOME: options.home,
    PERDURE_PROJECT: options.project,
    PERDURE_PORT: String(options.port),
    PERDURE_WORKER_PORT: String(options.workerPort),
    PERDURE_ENGINE_KEY: options.engineKey,
    PERDURE_LOG_LEVEL: options.logLevel,
    PERDURE_MODEL_KIND: options.model.kind,
    MODEL_ID: options.model.id,
    ...demoModelEnv(options),
    ...compact({
      PERDURE_DATABASE_FILE: options.databaseFile,
      PERDURE_DATABASE_INIT: options.initDatabase === true ? '1' : undefined,
    }),
    RESTATE_LOGGING: 'ERROR',
    MASTRA_TELEMETRY_DISABLED: '1',
  };
  const { PERDURE_PUBLIC: _said, ...told } = env as NodeJS.ProcessEnv;
  // The folder of credentials may hold the root key of the vaults.
  if (part === 'server') return { ...told, ...serverEnv(options) };
  const { CREDENTIALS_DIRECTORY: _credentials, ...others } = told;
  return part === 'worker' ? { ...others, ...workerEnv(options) } : others;
}

function without(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
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

function serverEnv({ access }: ChildEnvOptions): NodeJS.ProcessEnv {
  return access === undefined ? {} : { PERDURE_PUBLIC: JSON.stringify(access) };
}

/** What is not set is left out. */
function workerEnv(options: ChildEnvOptions): NodeJS.ProcessEnv {
  const { models, secrets } = options.model;
  const settings = workerSettings.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [[settingsTable[name].env, String(value)] as const];
  });
  return { ...secrets, ...Object.fromEntries(settings), PERDURE_MODELS: JSON.stringify(models) };
}

/** `PERDURE_DEMO_MODEL_SCRIPT` comes from whoever starts us, if at all. */
function demoModelEnv({ model, demoModelPort, demoModelLog }: ChildEnvOptions): NodeJS.ProcessEnv {
  if (model.kind === 'configured') return {};
  return { PERDURE_DEMO_MODEL_PORT: String(demoModelPort), PERDURE_DEMO_MODEL_LOG: demoModelLog };
}

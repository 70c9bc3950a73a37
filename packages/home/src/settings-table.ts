/** Every setting, once: its names in the places it may come from, its type and its default. */

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The settings as the rest of the product reads them. */
export interface Settings {
  readonly port: number;
  readonly workerPort: number;
  readonly demoModelPort: number;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly modelId?: string;
  /** Absolute. Absent: where `locateHome` says. */
  readonly project?: string;
  readonly logLevel: LogLevel;
}

export type SettingName = keyof Settings;

export interface Setting {
  readonly type: 'port' | 'url' | 'key' | 'text' | 'folder' | 'logLevel';
  readonly env: string;
  /** A second name that counts in the state root's own `.env` alone: half the world's shells export it. */
  readonly envFileAlias?: string;
  readonly flag?: string;
  /** Path in `perdure.config.yaml`. A secret has none. */
  readonly yaml?: string;
  readonly default?: string;
  readonly secret?: true;
  readonly meaning: string;
}

export const settingsTable: { readonly [Name in SettingName]-?: Setting } = {
  port: {
    type: 'port',
    flag: '--port',
    env: 'PERDURE_PORT',
    envFileAlias: 'PORT',
    yaml: 'port',
    default: '7373',
    meaning: 'port of the API, on this machine only',
  },
  workerPort: {
    type: 'port',
    flag: '--worker-port',
    env: 'PERDURE_WORKER_PORT',
    yaml: 'workerPort',
    default: '7377',
    meaning: 'port on which the engine calls the worker, on this machine only',
  },
  demoModelPort: {
    type: 'port',
    flag: '--demo-model-port',
    env: 'PERDURE_DEMO_MODEL_PORT',
    yaml: 'demoModelPort',
    default: '7378',
    meaning: 'port of the demo model, on this machine only',
  },
  baseUrl: {
    type: 'url',
    env: 'AI_BASE_URL',
    yaml: 'model.baseUrl',
    meaning: 'address of an OpenAI-compatible model server',
  },
  apiKey: { type: 'key', env: 'AI_API_KEY', secret: true, meaning: 'key for the model server' },
  modelId: { type: 'text', env: 'MODEL_ID', yaml: 'model.id', meaning: 'the model to ask for' },
  project: {
    type: 'folder',
    flag: '--project',
    env: 'PERDURE_PROJECT',
    yaml: 'project',
    meaning: 'folder whose agents and pipelines come before the shipped ones',
  },
  logLevel: {
    type: 'logLevel',
    flag: '--log-level',
    env: 'PERDURE_LOG_LEVEL',
    yaml: 'logLevel',
    default: 'info',
    meaning: `how much is logged: ${logLevels.join(', ')}`,
  },
};

export const settingNames = Object.keys(settingsTable) as readonly SettingName[];

/** Every setting, once: its names in the places it may come from, its type and its default. */

import { modelApis, optionalReasons, type ModelApi, type OptionalReason } from '@perdure/contract';
import type { ConfiguredModels } from './configured-models.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The settings as the rest of the product reads them. */
export interface Settings extends SettingValues {
  readonly models?: ConfiguredModels;
}

/** Those that are one value, or a list. */
interface SettingValues {
  readonly port: number;
  readonly workerPort: number;
  readonly demoModelPort: number;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly modelId?: string;
  /** Absolute. Absent: where `locateHome` says. */
  readonly project?: string;
  readonly logLevel: LogLevel;
  /** Tools that ship switched off, by id. */
  readonly enabledTools?: readonly string[];
  /** Absolute. Absent: there is no database for `sql-query`. */
  readonly sqlDatabase?: string;
  /** Wire format of `baseUrl`. */
  readonly modelApi?: ModelApi;
  readonly contextTokens: number;
  readonly maxOutputTokens?: number;
  /** Milliseconds. */
  readonly modelPatience: number;
  /** Milliseconds. */
  readonly modelFirstByte?: number;
  /** Milliseconds. */
  readonly modelSilence?: number;
  /** Milliseconds. */
  readonly modelWhole?: number;
  readonly modelBytes?: number;
  readonly modelFallback?: readonly string[];
  readonly budgetTokens?: number;
  readonly budgetTurns: number;
  readonly budgetMinutes?: number;
  /** 0 to 4. */
  readonly reportLevel?: number;
  /** Milliseconds. */
  readonly reportInterval?: number;
  /** Milliseconds; 0: none. */
  readonly reportCooldown?: number;
  readonly reportReasons?: readonly OptionalReason[];
  /** `22:00-07:00`. */
  readonly quietHours?: string;
  /** An IANA name. */
  readonly timeZone?: string;
  /** Milliseconds. */
  readonly staleAfter?: number;
  /** An address of this machine. Absent: all that it has. */
  readonly listen?: string;
  readonly publicPort?: number;
  /** Absolute. */
  readonly tlsCert?: string;
  /** Absolute. */
  readonly tlsKey?: string;
  /** `https://host`, as browsers write an origin. */
  readonly behindProxy?: string;
  /** Addresses and ranges. */
  readonly proxyAddresses?: readonly string[];
}

export type SettingName = keyof SettingValues;

export interface Setting {
  /**
   * `count`: a whole number from 1 on; `duration` and `bytes`: a number with its unit, and `patience`, which may be 0;
   * `list`, and `models`, whose
   * names may hold more signs: names, with commas between them or as a list in the file; `addresses` likewise.
   */
  readonly type:
    | 'port'
    | 'url'
    | 'key'
    | 'text'
    | 'folder'
    | 'file'
    | 'logLevel'
    | 'count'
    | 'duration'
    | 'patience'
    | 'bytes'
    | 'api'
    | 'list'
    | 'models'
    | 'level'
    | 'reasons'
    | 'hours'
    | 'zone'
    | 'address'
    | 'addresses'
    | 'httpsOrigin';
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
    meaning: 'address of the model server, version included',
  },
  apiKey: { type: 'key', env: 'AI_API_KEY', secret: true, meaning: 'key for the model server' },
  modelId: {
    type: 'text',
    env: 'MODEL_ID',
    yaml: 'model.id',
    meaning: 'the model to ask for, or server/model of one of models',
  },
  modelApi: {
    type: 'api',
    env: 'PERDURE_MODEL_API',
    yaml: 'model.api',
    default: 'chat',
    meaning: `wire format of AI_BASE_URL: ${modelApis.join(', ')}`,
  },
  project: {
    type: 'folder',
    flag: '--project',
    env: 'PERDURE_PROJECT',
    yaml: 'project',
    meaning: 'folder whose agents, pipelines and tools come before the shipped ones',
  },
  logLevel: {
    type: 'logLevel',
    flag: '--log-level',
    env: 'PERDURE_LOG_LEVEL',
    yaml: 'logLevel',
    default: 'info',
    meaning: `how much is logged: ${logLevels.join(', ')}`,
  },
  enabledTools: {
    type: 'list',
    flag: '--enable-tools',
    env: 'PERDURE_ENABLED_TOOLS',
    yaml: 'tools.enabled',
    meaning: 'tools to switch on that ship switched off, such as shell; commas between them',
  },
  sqlDatabase: {
    type: 'file',
    env: 'PERDURE_SQL_DATABASE',
    yaml: 'tools.sqlDatabase',
    meaning: 'SQLite file that the tool sql-query reads',
  },
  contextTokens: {
    type: 'count',
    env: 'PERDURE_CONTEXT_TOKENS',
    yaml: 'model.contextTokens',
    default: '100000',
    meaning: 'how much of a transcript the model is sent; older output of tools is left out beyond it',
  },
  maxOutputTokens: {
    type: 'count',
    env: 'PERDURE_MAX_OUTPUT_TOKENS',
    yaml: 'model.maxOutputTokens',
    meaning: 'how much one answer may hold, where the server is to be told',
  },
  modelPatience: {
    type: 'patience',
    env: 'PERDURE_MODEL_PATIENCE',
    yaml: 'model.patience',
    default: '24h',
    meaning: 'how long a run waits for a model that is away before it fails; 0: not at all',
  },
  modelFirstByte: {
    type: 'duration',
    env: 'PERDURE_MODEL_FIRST_BYTE',
    yaml: 'model.limits.firstByte',
    default: '15m',
    meaning: 'how long a model may take until its answer begins',
  },
  modelSilence: {
    type: 'duration',
    env: 'PERDURE_MODEL_SILENCE',
    yaml: 'model.limits.silence',
    default: '5m',
    meaning: 'how long a model may fall silent within its answer',
  },
  modelWhole: {
    type: 'duration',
    env: 'PERDURE_MODEL_WHOLE',
    yaml: 'model.limits.whole',
    default: '60m',
    meaning: 'how long an answer may take in all',
  },
  modelBytes: {
    type: 'bytes',
    env: 'PERDURE_MODEL_BYTES',
    yaml: 'model.limits.bytes',
    default: '64MB',
    meaning: 'how much a model may send for one answer',
  },
  modelFallback: {
    type: 'models',
    env: 'PERDURE_MODEL_FALLBACK',
    yaml: 'model.fallback',
    meaning: 'models to ask, in this order, where one fails for good; commas between them',
  },
  budgetTokens: {
    type: 'count',
    env: 'PERDURE_BUDGET_TOKENS',
    yaml: 'budget.tokens',
    meaning: 'tokens a run may use before somebody is asked',
  },
  budgetTurns: {
    type: 'count',
    env: 'PERDURE_BUDGET_TURNS',
    yaml: 'budget.turns',
    default: '500',
    meaning: 'model turns a run may take before somebody is asked',
  },
  budgetMinutes: {
    type: 'count',
    env: 'PERDURE_BUDGET_MINUTES',
    yaml: 'budget.minutes',
    meaning: 'minutes a run may work before somebody is asked; waiting does not count',
  },
  reportLevel: {
    type: 'level',
    env: 'PERDURE_REPORT_LEVEL',
    yaml: 'reports.level',
    meaning: 'how much of a task is reported, 0 to 4; else 3 where time counts more, 1 where tokens do',
  },
  reportInterval: {
    type: 'duration',
    env: 'PERDURE_REPORT_INTERVAL',
    yaml: 'reports.interval',
    meaning: 'how often a task at work is reported; else 1m where time counts more, 5m where tokens do',
  },
  reportCooldown: {
    type: 'patience',
    env: 'PERDURE_REPORT_COOLDOWN',
    yaml: 'reports.cooldown',
    default: '15s',
    meaning: 'how long a report that came at once keeps the next timed one away; 0: not at all',
  },
  reportReasons: {
    type: 'reasons',
    env: 'PERDURE_REPORT_REASONS',
    yaml: 'reports.reasons',
    default: optionalReasons.join(','),
    meaning: `why a task is reported, as far as its level says: ${optionalReasons.join(', ')}`,
  },
  quietHours: {
    type: 'hours',
    env: 'PERDURE_QUIET_HOURS',
    yaml: 'reports.quietHours',
    meaning: 'hours in which no report is sent, such as 22:00-07:00; what came at once is sent after them',
  },
  timeZone: {
    type: 'zone',
    env: 'PERDURE_TIME_ZONE',
    yaml: 'reports.timeZone',
    meaning: 'time zone of the quiet hours, such as Europe/Berlin; else that of this machine',
  },
  staleAfter: {
    type: 'duration',
    env: 'PERDURE_STALE_AFTER',
    yaml: 'reports.staleAfter',
    default: '24h',
    meaning: 'how long nobody may work on a running task before that is reported',
  },
  listen: {
    type: 'address',
    flag: '--listen',
    env: 'PERDURE_LISTEN',
    yaml: 'public.listen',
    meaning: 'with --public: the address of this machine to listen on; else all that it has',
  },
  publicPort: {
    type: 'port',
    flag: '--public-port',
    env: 'PERDURE_PUBLIC_PORT',
    yaml: 'public.port',
    default: '7443',
    meaning: 'with --public: port of the API for other machines',
  },
  tlsCert: {
    type: 'file',
    flag: '--tls-cert',
    env: 'PERDURE_TLS_CERT',
    yaml: 'public.tlsCert',
    meaning: 'with --public: certificate of this server, and behind it those of who signed it; PEM',
  },
  tlsKey: {
    type: 'file',
    flag: '--tls-key',
    env: 'PERDURE_TLS_KEY',
    yaml: 'public.tlsKey',
    meaning: 'with --public: key of the certificate, readable by this account alone; PEM',
  },
  behindProxy: {
    type: 'httpsOrigin',
    flag: '--behind-proxy',
    env: 'PERDURE_BEHIND_PROXY',
    yaml: 'public.behindProxy',
    meaning: 'with --public: https address of the proxy that ends TLS in front of the API',
  },
  proxyAddresses: {
    type: 'addresses',
    flag: '--proxy-address',
    env: 'PERDURE_PROXY_ADDRESS',
    yaml: 'public.proxyAddresses',
    meaning: 'with --behind-proxy: where the proxy comes from, if not from this machine; commas between several',
  },
};

export const settingNames = Object.keys(settingsTable) as readonly SettingName[];

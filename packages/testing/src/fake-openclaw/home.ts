/** The folder of a gateway: where it is, what its settings say, and the secrets that they refer to. */

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface FakeHome {
  readonly folder: string;
  readonly settingsPath: string;
  readonly handle: string;
}

/** As OpenClaw does: its own variables first, then a profile, then its default. */
export function findHome(profile: string | undefined, env: NodeJS.ProcessEnv): FakeHome {
  const {
    HOME = '/',
    OPENCLAW_PROFILE: named = profile,
    OPENCLAW_STATE_DIR: folder = join(HOME, named === undefined ? '.openclaw' : `.openclaw-${named}`),
    OPENCLAW_CONFIG_PATH: settingsPath = join(folder, 'openclaw.json'),
  } = env;
  return { folder, settingsPath, handle: basename(folder).replace(/^\.openclaw-?/, '') };
}

export interface SecretRef {
  readonly source: string;
  readonly provider: string;
  readonly id: string;
}
export type SecretValue = string | SecretRef;

export interface FakeSettings {
  readonly gateway?: {
    readonly mode?: string;
    readonly port?: number;
    readonly bind?: string;
    readonly auth?: { readonly mode?: string; readonly token?: SecretValue };
  };
  readonly agents?: { readonly defaults?: { readonly model?: { readonly primary?: string } } };
  readonly secrets?: { readonly providers?: Readonly<Record<string, { readonly path?: string }>> };
  readonly models?: {
    readonly providers?: Readonly<Record<string, { readonly baseUrl?: string; readonly apiKey?: SecretValue }>>;
  };
  readonly plugins?: { readonly entries?: Readonly<Record<string, { readonly enabled?: boolean }>> };
  readonly channels?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly logging?: { readonly file?: string };
}

/** The schema of the root is closed: of all that OpenClaw checks the one thing that people meet. */
const rootKeys: ReadonlySet<string> = new Set(
  `$schema meta env wizard diagnostics logging update telemetry browser ui secrets auth accessGroups acp models nodeHost agents
  worktreeRoot worktreeAcceleration tools security bindings broadcast attachments messages tts commands approvals session cron
  transcripts hooks channels discovery talk gateway cloudWorkers desktop memory mcp skills plugins surfaces proxy`.split(
    /\s+/,
  ),
);

export interface Finding {
  readonly path: string;
  readonly message: string;
}

export type FakeReading =
  | { readonly kind: 'settings'; readonly settings: FakeSettings; readonly warnings: readonly Finding[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly issues: readonly Finding[] };

export function readSettings({ settingsPath, folder }: FakeHome): FakeReading {
  if (!existsSync(settingsPath)) return { kind: 'none' };
  let settings: FakeSettings;
  try {
    settings = JSON.parse(readFileSync(settingsPath, 'utf8')) as FakeSettings;
  } catch {
    return { kind: 'wrong', issues: [{ path: '', message: 'JSON5 parse failed' }] };
  }
  const unknown = Object.keys(settings).filter((key) => !rootKeys.has(key));
  if (unknown.length > 0) {
    return { kind: 'wrong', issues: unknown.map((key) => ({ path: '', message: `Unrecognized key: "${key}"` })) };
  }
  const strange = [
    ...Object.keys(settings.channels ?? {}).map((id) => ({ where: 'channels', id })),
    ...Object.keys(settings.plugins?.entries ?? {}).map((id) => ({ where: 'plugins.entries', id })),
  ].filter(({ id }) => !existsSync(join(folder, 'extensions', id, 'openclaw.plugin.json')));
  const warnings = strange.map(({ where, id }) => ({ path: `${where}.${id}`, message: `plugin not found: ${id}` }));
  return { kind: 'settings', settings, warnings };
}

/** Undefined: it is not there. */
export function secretOf(settings: FakeSettings, value: SecretValue | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  const path = settings.secrets?.providers?.[value.provider]?.path;
  if (path === undefined) return undefined;
  try {
    const found = (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)[value.id.replace(/^\//, '')];
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}

/** In use by the agent, and with what. */
export function providerOf(settings: FakeSettings): { readonly provider: string; readonly model: string } {
  const [provider = '', ...model] = (settings.agents?.defaults?.model?.primary ?? '').split('/');
  return { provider, model: model.join('/') };
}

/** @throws where it cannot be had, in the words of OpenClaw */
export function keyOf(settings: FakeSettings, provider: string): string {
  const { apiKey } = settings.models?.providers?.[provider] ?? {};
  const key = secretOf(settings, apiKey);
  if (key !== undefined) return key;
  throw new Error(
    apiKey === undefined
      ? `No API key found for provider "${provider}".`
      : `Secret owner provider:${provider} is configured but unavailable (secret reference was not found).`,
  );
}

export function logLine(settings: FakeSettings, line: string): void {
  const file = settings.logging?.file;
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), message: line })}\n`);
}

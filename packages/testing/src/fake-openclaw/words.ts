/** The words of its command line that we use, and what they answer. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { keyOf, providerOf, readSettings, secretOf, type FakeHome, type FakeSettings } from './home.ts';
import type { ChannelState } from './plugin-host.ts';
import { stateProblem } from './state.ts';

/** What is printed, and the exit code. */
export interface Said {
  readonly out: object;
  readonly code: number;
}

export interface Asked {
  readonly home: FakeHome;
  readonly flags: ReadonlyMap<string, string>;
  /** Of the package. */
  readonly version: string;
}

interface View {
  readonly pid: number;
  readonly rssBytes: number;
  readonly loaded: readonly string[];
  readonly errors: readonly object[];
  readonly channel?: ChannelState;
  readonly isChannelTold: boolean;
}

const said = (out: object, code = 0): Said => ({ out, code });
const handoff = { ok: true, protocol: 'openclaw.gateway.restart-handoff', protocolVersion: 1 };

export const words: Readonly<Record<string, (asked: Asked) => Promise<Said>>> = {
  'config validate': async (asked) => validate(asked),
  health: async (asked) => {
    const view = await ask(asked);
    if (view === undefined) return unreachable(asked);
    const { loaded, errors, channel, isChannelTold } = view as View;
    // What a plugin says of an error is not passed on.
    const sesame = channel && {
      accountId: 'default',
      configured: true,
      ...(isChannelTold && { ...channel, lastError: null }),
    };
    const plugins = { loaded, errors, unavailable: [] };
    return said({ ok: true, plugins, channels: sesame ? { sesame } : {}, defaultAgentId: 'main' });
  },
  'models status': async ({ home }) => modelsStatus(settingsOf(home)),
  status: async (asked) => {
    const view = (await ask(asked)) as View | undefined;
    return said(view === undefined ? {} : { pid: view.pid, processMemory: { rssBytes: view.rssBytes } });
  },
  agent: async (asked) => {
    const { flags } = asked;
    const file = flags.get('message-file');
    const text = file === undefined ? (flags.get('message') ?? '') : readFileSync(file, 'utf8');
    const answer = await ask(asked, { word: 'turn', text });
    if (answer === undefined) return unreachable(asked);
    const { text: spoken = '', error } = answer as { readonly text?: string; readonly error?: string };
    if (error !== undefined) return said({ ok: false, error: { type: 'cli_error', message: error } }, 1);
    if (spoken !== '') return said({ status: 'ok', result: { payloads: [{ text: spoken }] } });
    const told = "⚠️ Agent couldn't generate a response. Please try again.";
    return said({ status: 'error', summary: 'failed', result: { payloads: [{ text: told }] } }, 1);
  },
  'backup create': async ({ home, flags }) => backup(home, flags.get('output') ?? '.'),
  'secrets reload': async (asked) =>
    (await ask(asked)) === undefined ? unreachable(asked) : said({ ok: true, warningCount: 0 }),
  'gateway restart-handoff capabilities': async () => said({ ...handoff, operations: ['consume'] }),
  'gateway restart-handoff consume': async () => said({ ...handoff, status: 'none', reason: 'missing' }),
};

function validate({ home, version }: Asked): Said {
  const reading = readSettings(home);
  const path = home.settingsPath;
  const newer = stateProblem(home, version);
  if (newer !== undefined) {
    const message = `read failed: SqliteSchemaVersionError: ${newer}`;
    return said({ ok: false, valid: false, path, issues: [{ path: '<root>', message }] }, 1);
  }
  if (reading.kind === 'settings') return said({ valid: true, path, warnings: reading.warnings });
  const issues = reading.kind === 'wrong' ? reading.issues : [{ path: '', message: 'Config file not found' }];
  return said({ valid: false, path, issues }, 1);
}

const routes = (modelRouteIssues: readonly object[]): Said =>
  said({ auth: { missingProvidersInUse: [], modelRouteIssues, providers: [] } });

/** Of a provider that it was told nothing of it does not say that its key is missing, but that it does not know. */
function modelsStatus(settings: FakeSettings): Said {
  const { provider, model } = providerOf(settings);
  if (settings.models?.providers?.[provider]?.apiKey === undefined) {
    const message = `Auth readiness could not be confirmed for ${provider}/${model}.`;
    // Of a program that has a login of its own it takes it that this will do.
    const evidence = provider.endsWith('-cli') ? { evidence: 'synthetic' } : {};
    return routes([{ kind: 'indeterminate', provider, model, ...evidence, message }]);
  }
  try {
    keyOf(settings, provider);
    return routes([]);
  } catch {
    const message = `models status: models.providers.${provider}.apiKey is unresolved in the active runtime snapshot.`;
    return said({ ok: false, error: { type: 'cli_error', message } }, 1);
  }
}

function settingsOf(home: FakeHome): FakeSettings {
  const reading = readSettings(home);
  return reading.kind === 'settings' ? reading.settings : {};
}

/** Undefined: nobody is there. */
async function ask(
  { home, flags }: Asked,
  body: object = { word: 'view' },
): Promise<View | { readonly text: string } | undefined> {
  const settings = settingsOf(home);
  const token = secretOf(settings, settings.gateway?.auth?.token);
  const timeoutMs = Number(flags.get('timeout') ?? 60_000);
  try {
    const response = await fetch(`http://127.0.0.1:${settings.gateway?.port}/__fake`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      // `agent` takes seconds.
      signal: AbortSignal.timeout(timeoutMs < 1_000 ? timeoutMs * 1_000 : timeoutMs),
    });
    return response.ok ? ((await response.json()) as View) : undefined;
  } catch {
    return undefined;
  }
}

function unreachable({ flags }: Asked): Said {
  const message = `Gateway not reachable after waiting ${Number(flags.get('timeout') ?? 60_000) / 1_000} s.`;
  return said({ ok: false, error: { type: 'gateway_transport_error', kind: 'timeout', message } }, 1);
}

function backup(home: FakeHome, output: string): Said {
  mkdirSync(output, { recursive: true });
  const root = `${new Date().toISOString().replaceAll(':', '-')}-openclaw-backup`;
  const archivePath = join(output, `${root}.tar.gz`);
  execFileSync('tar', ['-czf', archivePath, '--exclude=tmp', '-C', dirname(home.folder), basename(home.folder)], {
    stdio: 'ignore',
  });
  return said({ archiveRoot: root, archivePath, dryRun: false, verified: true, assets: [] });
}

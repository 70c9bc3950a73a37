/**
 * A sibling of OpenClaw as provisioners of old left it: settings without a token and with secrets in clear, keys copied
 * from the lead, notes that nobody is shown any more, a service of its own naming. Everything lies below one folder.
 */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface HandMade {
  /** Home of the account. */
  readonly accountHome: string;
  readonly handle: string;
  readonly port: number;
  readonly service: 'launchd' | 'systemd' | 'none';
  /** What starts it; with a service. */
  readonly words?: readonly string[];
  /** In place of what the settings would name; undefined: it is left out. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether the keys of the lead are copied to it: a gateway of today dies of these. */
  readonly hasAuthFiles?: boolean;
  /** Comments and commas, as people write them; real ones read that, the fake does not. */
  readonly hasComments?: boolean;
}

/** Of the secrets in it: none of them may ever be seen elsewhere. */
export const handMadeSecrets = {
  hub: 'sk_sesame_canary_of_the_hosted_hub',
  model: 'sk-ant-canary-copied-from-the-lead',
  service: 'sk-ant-canary-in-the-service',
  other: 'sk-or-canary-of-another-provider',
} as const;

function put(path: string, text: string, mode = 0o600): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

export function makeHandMade(made: HandMade): { readonly home: string; readonly file: string | undefined } {
  const { accountHome, handle, hasAuthFiles = true } = made;
  const home = join(accountHome, `.openclaw-${handle}`);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  put(join(home, 'openclaw.json'), settingsOf(made), 0o644);
  if (hasAuthFiles) {
    const agent = join(home, 'agents', 'main', 'agent');
    put(
      join(agent, 'auth.json'),
      JSON.stringify({ anthropic: { type: 'api_key', key: handMadeSecrets.model } }),
      0o644,
    );
    put(join(agent, 'auth-profiles.json'), JSON.stringify(profiles));
  }
  put(join(home, 'extensions', 'sesame', 'package.json'), '{"name":"@sesamespace/sesame","version":"0.2.9"}');
  put(join(home, 'extensions', 'sesame', 'dist', 'index.js'), 'export default () => {};\n');
  put(join(home, 'skills', 'sesame', 'SKILL.md'), '---\nname: sesame\n---\n');
  for (const [name, text] of Object.entries(notes)) put(join(home, 'workspace', name), text);
  put(join(home, 'workspace', 'memory', '2026-02-01.md'), `${handle} remembers this.\n`);
  put(join(home, 'agents', 'main', 'sessions', 'main.jsonl'), '{"said":"before"}\n');
  return { home, file: serviceOf(made) };
}

const profiles = {
  version: 1,
  profiles: {
    'anthropic:default': { type: 'api_key', provider: 'anthropic', key: handMadeSecrets.model },
    'openrouter:lead': { type: 'api_key', provider: 'openrouter', key: handMadeSecrets.other },
    'google:lead': { type: 'oauth', provider: 'google', access: 'canary-oauth-access', refresh: 'canary-oauth' },
  },
};

const notes = {
  'AGENTS.md': '# Agents\n\nBe kind.\n',
  'TOOLS.md': '# Tools\n\n## The oven\n\nIt is hot.\n',
  'SOUL.md': 'You are calm.\n',
  'BOOTSTRAP.md': 'Read this first.\n',
  'HEARTBEAT.md': '# Heartbeat\n\n<!-- nothing yet -->\n',
};

function settingsOf({ port, settings = {}, hasComments = false }: HandMade): string {
  const value = {
    gateway: { mode: 'local', port },
    agents: { defaults: { model: { primary: 'anthropic/claude-opus-4-6' } } },
    channels: { sesame: { enabled: true, apiKey: handMadeSecrets.hub, allowFrom: ['*'] } },
    plugins: { entries: { sesame: { enabled: true } } },
    ...settings,
  };
  const text = JSON.stringify(value, undefined, 2);
  return hasComments
    ? `// written by generate-config.sh\n${text.replace(/\n\}$/, ',\n  /* mine */\n}')}\n`
    : `${text}\n`;
}

function serviceOf({ accountHome, handle, service, words = [] }: HandMade): string | undefined {
  if (service === 'none') return undefined;
  if (service === 'systemd') {
    const start = words.map((word) => `"${word}"`).join(' ');
    const text = `[Service]\nEnvironment=OPENCLAW_PROFILE=${handle}\nEnvironment=ANTHROPIC_API_KEY=${handMadeSecrets.service}\nExecStart=${start}\nRestart=always\n[Install]\nWantedBy=default.target\n`;
    return put(join(accountHome, '.config', 'systemd', 'user', `openclaw-${handle}.service`), text, 0o644);
  }
  const strings = words.map((word) => `<string>${word.replaceAll('&', '&amp;')}</string>`).join('');
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>Label</key><string>com.openclaw.${handle}</string>
<key>ProgramArguments</key><array>${strings}</array>
<key>EnvironmentVariables</key><dict><key>ANTHROPIC_API_KEY</key><string>${handMadeSecrets.service}</string>
<key>HTTPS_PROXY</key><string>http://proxy.local:3128</string><key>PATH</key><string>/usr/bin</string></dict>
<key>RunAtLoad</key><true/><key>KeepAlive</key><true/>
</dict></plist>
`;
  return put(join(accountHome, 'Library', 'LaunchAgents', `com.openclaw.${handle}.plist`), text, 0o644);
}

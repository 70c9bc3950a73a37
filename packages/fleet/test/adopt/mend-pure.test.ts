/** What is done about each finding, before anything is: the pure half. */

import { findingCodes, type FoundGateway, type FoundSettings } from '@perdure/fleet';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../src/core/adopt/findings.ts';
import { remediesOf, withNeeds } from '../../src/core/adopt/remedies.ts';
import { saysNothing, withTools } from '../../src/core/adopt/workspace-notes.ts';
import { withVariables } from '../../src/openclaw/index.ts';
import { readEnvFile } from '../../src/core/adopt/service-text.ts';

const facts = { service: 'supervisor', port: 18_910, hubUrl: 'http://127.0.0.1:7373', workspace: new Map() } as const;

const settingsFound: FoundSettings = {
  port: 18_790,
  auth: 'none',
  openSecrets: ['channels.sesame.apiKey'],
  isBrowserOff: false,
  keepsBootstrap: false,
  isPluginEnabled: true,
};

const found: FoundGateway = {
  handle: 'scout',
  home: '/h/.openclaw-scout',
  mode: 0o755,
  uid: 1_000,
  settings: settingsFound,
  services: [
    {
      manager: 'launchd',
      name: 'com.openclaw.scout',
      file: '/h/Library/LaunchAgents/com.openclaw.scout.plist',
      naming: 'by_hand',
      openSecrets: ['ANTHROPIC_API_KEY'],
      namesPort: true,
    },
  ],
  processes: [],
  looseFiles: [{ path: 'openclaw.json', mode: 0o644 }],
  authFiles: ['agents/main/agent/auth.json'],
  plugin: { name: '@sesamespace/sesame' },
  workspace: ['AGENTS.md', 'BOOTSTRAP.md', 'SOUL.md', 'TOOLS.md'],
};
const twin: FoundGateway = { ...found, handle: 'clerk', home: '/h/.openclaw-clerk' };

function channelCodes(hubUrl: string | undefined): readonly string[] {
  const settings = { ...settingsFound, ...(hubUrl !== undefined && { hubUrl }) };
  const codes = findingsOf({ ...found, settings }, [], facts).map(({ code }) => code);
  return codes.filter((code) => code === 'other_hub');
}

describe('each finding', () => {
  it('has a remedy of its own, or says why there is none', () => {
    const findings = findingCodes.map((code) => ({ code, weight: 'note', found: '', remedy: '' }) as const);
    const remedies = remediesOf(found, findings, facts);
    expect(remedies.map(({ code }) => code)).toEqual([...findingCodes]);
    for (const { code, does, cannot } of remedies) {
      const told = cannot === undefined ? does.length > 0 || code === 'files_not_read' : does.length === 0;
      expect([code, told]).toEqual([code, true]);
    }
  });

  it('that lies in a service is mended with the service, and is told so', () => {
    const findings = findingsOf(found, [twin], facts);
    const remedies = remediesOf(found, findings, facts);
    expect(withNeeds(remedies, ['ports_meet'])).toEqual(['ports_meet', 'service_by_hand']);
    expect(withNeeds(remedies, ['open_secrets'])).toEqual(['service_by_hand', 'open_secrets']);
    expect(withNeeds(remedies, ['loose_files'])).toEqual(['loose_files']);
  });

  it('of notes that would be too long together, or that lie elsewhere, is left to people', () => {
    const findings = [{ code: 'files_not_read', weight: 'note', found: '', remedy: '' }] as const;
    const cannot = (workspace: ReadonlyMap<string, number> | undefined) =>
      remediesOf(found, findings, { ...facts, workspace })[0]?.cannot;
    expect(
      cannot(
        new Map([
          ['AGENTS.md', 19_000],
          ['TOOLS.md', 1_000],
        ]),
      ),
    ).toMatch(/OpenClaw shows 20000/);
    expect(cannot(undefined)).toMatch(/outside of its home/);
    expect(
      cannot(
        new Map([
          ['AGENTS.md', 1_000],
          ['TOOLS.md', 1_000],
        ]),
      ),
    ).toBeUndefined();
  });

  it('of a channel is one where it leads to another hub, under whatever name of this machine', () => {
    expect(channelCodes('http://localhost:7373/')).toEqual([]);
    expect(channelCodes('http://127.0.0.1:7474')).toEqual(['other_hub']);
    expect(channelCodes('https://api.sesame.space')).toEqual(['other_hub']);
    expect(channelCodes(undefined)).toEqual(['other_hub']);
    expect(channelCodes('no url')).toEqual(['other_hub']);
  });
});

describe('notes about tools', () => {
  const tools = '# Tools\n\n# Oven\n\n## Hot\n\n```sh\n# not a heading\n```\n';
  it('stand under a heading of their own once, below it', () => {
    const once = withTools('# Agents\n\nBe kind.\n', tools);
    expect(once).toBe('# Agents\n\nBe kind.\n\n## Tools\n\n### Oven\n\n### Hot\n\n```sh\n# not a heading\n```\n');
    expect(withTools(once, tools)).toBe(once);
  });
  it('join those that are there', () => {
    expect(withTools('## Tools\n\nMine.\n\n## Else\n', '# T\n\nYours.\n')).toBe(
      '## Tools\n\nYours.\n\n\nMine.\n\n## Else\n',
    );
  });
  it('are nothing where there is a heading alone', () => {
    expect([saysNothing('# H\n\n<!-- a\nb -->\n'), saysNothing('# H\nwake up'), saysNothing('')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(withTools('A', '# Tools\n')).toBe('A');
  });
});

it('variables are read as they were written, and those of others stay', () => {
  const values = { A: 'plain', B: 'two words', C: '$x', D: '' };
  const text = withVariables('# mine\nexport A=old\nE=5\n\n', values);
  expect(readEnvFile(text)).toEqual({ ...values, E: '5' });
  expect(text.startsWith('# mine\nE=5\n')).toBe(true);
  expect(withVariables(text, {})).toBe(text);
});

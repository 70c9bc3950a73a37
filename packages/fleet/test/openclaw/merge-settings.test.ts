/** Settings that people have edited: what is ours in them is put right, what they have added stays. */

import { mergeSettings, settingsOf, type Json } from '@perdure/fleet/openclaw';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';

const of = {
  home: '/home/ada/.openclaw-scout',
  port: 18_910,
  model: 'anthropic/claude',
  hubUrl: 'http://127.0.0.1:7373',
};
const made = settingsOf(of);

/** By path; undefined: taken out. */
type Edits = Readonly<Record<string, unknown>>;

/** As people write: with what they change of it. */
function edited(edits: Edits): string {
  const settings = structuredClone(made);
  for (const [path, value] of Object.entries(edits)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const of = names.reduce<Record<string, unknown>>((one, name) => (one[name] ??= {}) as never, settings);
    if (value === undefined) delete of[last];
    else Object.defineProperty(of, last, { value, enumerable: true, configurable: true, writable: true });
  }
  return `// by hand\n${JSON5.stringify(settings, undefined, 2)}`;
}

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((of, name) => (of as Record<string, unknown>)[name], value);

function merged(text: string, wanted: Json = made) {
  const outcome = mergeSettings(text, wanted);
  if (outcome.kind === 'unreadable') throw new Error(outcome.problem);
  return { value: outcome.value, told: outcome.differences.map(({ at }) => at.replace('openclaw.json: ', '')) };
}

describe('settings as they were made', () => {
  it('differ in nothing', () => {
    expect(merged(JSON.stringify(made))).toEqual({ value: made, told: [] });
  });

  it.each<[string, Json]>([
    ['a server of its own', settingsOf({ ...of, modelServer: { baseUrl: 'http://127.0.0.1:1/v1', api: 'openai' } })],
    ['a model without a key', settingsOf({ ...of, isKeyless: true })],
  ])('differ in nothing with %s', (_what, wanted) => {
    expect(merged(JSON.stringify(wanted), wanted)).toEqual({ value: wanted, told: [] });
  });
});

describe('what people have added', () => {
  it.each<[string, Edits]>([
    ['a channel', { 'channels.telegram': { enabled: true, botToken: '${TELEGRAM}' } }],
    ['a plugin', { 'plugins.entries.weather': { enabled: true }, 'plugins.allow': ['weather', 'sesame'] }],
    ['a model to fall back on', { 'agents.defaults.model.fallbacks': ['groq/llama'] }],
    ['another agent in the gateway', { 'agents.entries': { helper: { model: 'groq/llama' } } }],
    ['a provider with its own key', { 'models.providers.groq': { apiKey: '${GROQ}' } }],
    ['work by the clock', { cron: { enabled: true } }],
    ['who is answered', { 'channels.sesame.allowFrom': ['p-ada'] }],
    ['a heartbeat', { 'agents.defaults.heartbeat': { every: '30m' } }],
    ['a browser', { 'browser.enabled': true }],
    ['a workspace elsewhere', { 'agents.defaults.workspace': '/home/ada/work' }],
    ['the model in its short form', { 'agents.defaults.model': 'anthropic/claude' }],
    ['a name that is one of the language', { 'env.__proto__': 'x' }],
  ])('stays, and is no difference: %s', (_what, change) => {
    const text = edited(change);
    const { value, told } = merged(text);
    expect(told).toEqual([]);
    expect(value).toEqual(JSON5.parse(text));
  });

  it('stays also where something else is put right beside it', () => {
    const text = edited({
      'gateway.port': 19_999,
      'gateway.auth.rateLimit': 5,
      'channels.telegram': { enabled: true },
      'plugins.allow': ['weather'],
    });
    const { value, told } = merged(text);
    expect(told).toEqual(['gateway.port', 'plugins.allow']);
    expect(at(value, 'gateway')).toMatchObject({ port: 18_910, auth: { rateLimit: 5, mode: 'token' } });
    expect(at(value, 'channels.telegram')).toEqual({ enabled: true });
    expect(at(value, 'plugins.allow')).toEqual(['weather', 'sesame']);
  });
});

describe('what would undo ours', () => {
  it.each<[string, Edits, string]>([
    ['it listens elsewhere', { 'gateway.bind': 'lan' }, 'gateway.bind'],
    ['its token stands in it', { 'gateway.auth.token': 'canary' }, 'gateway.auth.token'],
    ['its channel is gone', { 'channels.sesame': undefined }, 'channels.sesame'],
    ['its channel is off', { 'channels.sesame.enabled': false }, 'channels.sesame.enabled'],
    ['its channels are a text', { channels: 'none' }, 'channels'],
    ['it goes to another hub', { 'channels.sesame.apiUrl': 'http://canary' }, 'channels.sesame.apiUrl'],
    ['its socket goes elsewhere', { 'channels.sesame.wsUrl': 'ws://canary' }, 'channels.sesame.wsUrl'],
    ['nobody is answered', { 'channels.sesame.allowFrom': [] }, 'channels.sesame.allowFrom'],
    ['its plugin is refused', { 'plugins.deny': ['sesame', 'x'] }, 'plugins.deny'],
    ['all plugins are off', { 'plugins.enabled': false }, 'plugins.enabled'],
    ['it asks another model', { 'agents.defaults.model.primary': 'x/y' }, 'agents.defaults.model.primary'],
    ['its secrets lie elsewhere', { 'secrets.providers.member.path': '/canary' }, 'secrets.providers.member'],
    ['its key stands in it', { 'models.providers.anthropic.apiKey': 'canary' }, 'models.providers.anthropic.apiKey'],
  ])('is put right, and told without its value: %s', (_what, change, where) => {
    const outcome = mergeSettings(edited(change), made);
    if (outcome.kind === 'unreadable') throw new Error(outcome.problem);
    expect(outcome.differences.map(({ at }) => at)).toEqual([`openclaw.json: ${where}`]);
    expect(JSON.stringify(outcome.differences)).not.toContain('canary');
    expect(merged(JSON.stringify(outcome.value)).told).toEqual([]);
  });

  it('is the key of one model that another one would be sent', () => {
    const wanted = settingsOf({ ...of, model: 'openai/gpt' });
    const { value, told } = merged(JSON.stringify(made), wanted);
    expect(told).toContain('models.providers.anthropic');
    expect(Object.keys(at(value, 'models.providers') as object)).toEqual(['openai']);
    const withMore = edited({ 'models.providers.anthropic.baseUrl': 'http://proxy' });
    expect(at(merged(withMore, wanted).value, 'models.providers.anthropic')).toEqual({ baseUrl: 'http://proxy' });
  });
});

it.each([
  ['{ "gateway": ', /^line 1, column \d+ is no JSON$/],
  ['[1]', /no object/],
  ['null', /no object/],
  ['canary canary', /^line 1, column \d+ is no JSON$/],
])('settings that cannot be read are told of without what stands there: %s', (text, problem) => {
  const outcome = mergeSettings(text, made);
  expect(outcome).toEqual({ kind: 'unreadable', problem: expect.stringMatching(problem) });
});

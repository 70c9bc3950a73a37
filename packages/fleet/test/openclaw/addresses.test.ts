import { readdressed, settingsOf } from '@perdure/fleet/openclaw';
import { describe, expect, it } from 'vitest';

const [before, after] = ['http://127.0.0.1:7373', 'http://127.0.0.1:17373'];
const made = settingsOf({ home: '/home/ada/.openclaw-scout', port: 18_910, model: 'demo/demo', hubUrl: before });

describe('addresses of ours in settings', () => {
  it('are the new ones, and nothing else is another', () => {
    const next = readdressed(JSON.stringify(made), { hubUrl: after });
    expect(next).toMatchObject({ kind: 'changed', before });
    const text = next.kind === 'changed' ? next.text : '';
    expect(text).toBe(JSON.stringify(made).replace(before, after));
    expect(readdressed(text, { hubUrl: after })).toEqual({ kind: 'same' });
  });

  it('are found among comments and other things that are called so, which stay as they are', () => {
    const text = (hub: string, model: string) => `{
  // "apiUrl": "${before}" is the hub
  channels: { other: { apiUrl: '${before}' }, sesame: { 'apiUrl': ${hub}, allowFrom: ['*'], }, },
  models: { providers: { far: { baseUrl: "${before}/v1" }, demo: { baseUrl: ${model}, api: 'openai-completions' } } },
}`;
    const given = text(`'${before}'`, `'${before}/v1'`);
    const next = readdressed(given, { hubUrl: after, models: { demo: `${after}/v1` } });
    expect(next).toEqual({ kind: 'changed', before, text: text(`"${after}"`, `"${after}/v1"`) });
  });

  it('are left where somebody has a hub elsewhere, or none', () => {
    const far = readdressed(JSON.stringify(made).replace(before, 'https://hub.example.org'), { hubUrl: after });
    expect(far).toEqual({ kind: 'same' });
    expect(readdressed('{ channels: {} }', { hubUrl: after })).toEqual({ kind: 'same' });
    expect(readdressed('{ channels: ', { hubUrl: after })).toEqual({ kind: 'same' });
  });

  it('that are written in another way are told, and not guessed', () => {
    const text = String.raw`{ channels: { sesame: { "api\u0055rl": "${before}" } } }`;
    expect(readdressed(text, { hubUrl: after })).toEqual({
      kind: 'unclear',
      path: 'channels.sesame.apiUrl',
      wanted: after,
    });
  });
});

import { expect, it } from 'vitest';
import { readNotes } from '../src/core/notes.ts';
import { homeOfNotes } from '../src/core/read-task.ts';

/** As programs in the wild write them. */
const wild = {
  principalId: '0b5f6c1e-1111-4222-8333-444455556666',
  handle: 'new-agent',
  displayName: 'New Agent',
  sesameApiKey: 'sk_sesame_abc',
  llmProvider: 'anthropic',
  llmApiKey: null,
  inheritCredentials: true,
  model: 'anthropic/claude-opus-4-6',
  gatewayPort: 18_793,
  ocHomeDir: '~/.openclaw-new-agent',
  familyId: 'f',
  familyName: 'My Family',
  dmChannelId: 'd',
  onboardingChannelId: 'o',
  laterField: { of: 'others' },
};
const read = (more: object) => readNotes(JSON.stringify({ ...wild, ...more }));

it('notes in the wild are taken, and what is not known is passed over', () => {
  expect(readNotes(JSON.stringify(wild))).toMatchObject({
    kind: 'notes',
    notes: { handle: 'new-agent', inheritCredentials: true, gatewayPort: 18_793 },
  });
});

it('without a key the family is asked for one, unless that is forbidden', () => {
  expect(read({ inheritCredentials: null })).toMatchObject({ notes: { inheritCredentials: true } });
  expect(read({ smoke: true })).toMatchObject({ notes: { smoke: true } });
  expect(read({ inheritCredentials: false })).toMatchObject({ kind: 'refused', problems: [/inheritCredentials/] });
  expect(read({ llmApiKey: 'sk-1', inheritCredentials: null })).toMatchObject({ notes: { inheritCredentials: false } });
});

it.each([
  ['a handle with a path', { handle: '../etc' }, 'handle'],
  ['a handle in capitals', { handle: 'Scout' }, 'handle'],
  ['a name that is blank', { displayName: '  ' }, 'displayName'],
  ['a provider nobody knows', { llmProvider: 'acme' }, 'llmProvider'],
  ['a model without a provider', { model: 'gpt' }, 'model'],
  ['a port that is a text', { gatewayPort: '18793' }, 'gatewayPort'],
])('%s is told by its place', (_what, more, place) => {
  const outcome = read(more);
  expect(outcome.kind === 'refused' && outcome.problems.join()).toContain(place);
});

it.each(['', '{', '[]', 'null', '7', '"x"', `{"handle":"${'a'.repeat(200_000)}"}`])('%j is refused', (said) => {
  expect(readNotes(said).kind).toBe('refused');
});

it('no problem repeats a key', () => {
  const outcome = read({ sesameApiKey: `sk_sesame_${'x'.repeat(300)}`, llmApiKey: 'k'.repeat(300) });
  expect(outcome.kind).toBe('refused');
  expect(JSON.stringify(outcome)).not.toMatch(/sk_sesame_x|kkk/);
});

it.each([
  [undefined, undefined],
  ['~/.openclaw-scout', undefined],
  ['/home/ada/.openclaw-scout/', undefined],
  ['~/agents/scout', '/home/ada/agents/scout'],
  ['~', '/home/ada'],
  ['/srv/scout/', '/srv/scout'],
  ['~eve/scout', '~eve/scout'],
])('a home that notes name as %s is %s', (ocHomeDir, home) => {
  expect(homeOfNotes({ ocHomeDir, handle: 'scout' }, '/home/ada')).toBe(home);
});

import { expect, it } from 'vitest';
import { fill, templates, variablesOf, workspaceFiles, workspaceOf, type WorkspaceFacts } from '../src/index.ts';

const hostile = 'Ada "the {{HANDLE}}"\n$& $1 `rm -rf` {{NOBODY}} \'';
const facts: WorkspaceFacts = {
  handle: 'scout',
  displayName: hostile,
  principalId: 'p',
  workspaceId: 'w',
  family: { name: hostile, lead: hostile, siblings: ['ranger', hostile] },
  host: { name: hostile, os: 'linux', arch: 'x64' },
  human: { name: hostile, handle: 'ada', principalId: 'h', role: hostile, notes: hostile },
  hubUrl: 'http://127.0.0.1:7373',
  channels: { dm: 'd', onboarding: 'o' },
  personality: hostile,
  shared: { resources: hostile, people: hostile, projects: hostile, conventions: hostile },
};

it.each(workspaceFiles)('%s is filled, and values that look like places stay as they are', (name) => {
  const template: string = templates[name];
  // Each place became its value, which is there whole.
  const places = [...template.matchAll(/\{\{([A-Z_]+)\}\}/g)].map(([, variable = '']) => variable);
  const expected = template.split(/\{\{[A-Z_]+\}\}/);
  const whole = expected.map((text, at) => text + (variablesOf(facts)[places[at] ?? ''] ?? '')).join('');
  expect(workspaceOf(facts)[name]).toBe(whole);
});

it('every variable of templates in the wild has a value', () => {
  const wild =
    'HANDLE DISPLAY_NAME PRINCIPAL_ID WORKSPACE_ID LEAD_NAME FAMILY_NAME HOST_NAME HOST_OS HOST_ARCH HUMAN_NAME HUMAN_HANDLE HUMAN_PRINCIPAL_ID HUMAN_ROLE HUMAN_NOTES API_URL DM_CHANNEL_ID ONBOARDING_CHANNEL_ID SHARED_RESOURCES PEOPLE_CONTEXT ACTIVE_PROJECTS SIBLING_LIST CONVENTIONS SHARED_RESOURCES_DOCS'.split(
      ' ',
    );
  const values = variablesOf({ ...facts, family: { ...facts.family, siblings: [] } });
  expect(wild.filter((name) => (values[name] ?? '') === '')).toEqual([]);
});

it.each(['{{UNKNOWN}}', '{{constructor}} {{TO_STRING}}', '{{ HANDLE }} {{TOSTRING}}'])(
  '%s is refused by name',
  (text) => {
    expect(fill(text, variablesOf(facts)).kind).toBe('refused');
  },
);

import {
  array,
  assert,
  configureGlobal,
  constantFrom,
  dictionary,
  double,
  letrec,
  oneof,
  property,
  string,
} from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it, test } from 'vitest';
import { findSecrets } from '../../src/core/tasks/find-secrets.ts';
import { joinNotes, partNotes } from '../../src/core/tasks/part-notes.ts';

configureGlobal({ seed: propertySeed(20_261_130) });

const taskId = '0198f2a0-0000-7000-8000-0000000000aa';
const reference = (field: string): string => `vault:task-${taskId}/notes/${field}`;

function parted(notes: string, known: readonly string[] = []) {
  const outcome = partNotes(notes, { taskId, known });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  const fields = Object.fromEntries(outcome.fields.map(({ key, value }) => [key, value]));
  return { ...outcome, fields, joined: joinNotes(outcome.notes, { taskId, fields }) };
}

/** What a provisioner reads, as clients of Sesame send it. */
const provisioning = {
  principalId: '0198f2a0-1111-7000-8000-0000000000bb',
  handle: 'scout',
  displayName: 'The scout',
  sesameApiKey: 'sk_sesame_kY3mQ0v8Zt5Wb1Nc7Rd2Xf9Hj4Lp6Sg',
  llmProvider: 'anthropic',
  llmApiKey: 'sk-ant-api03-Vq8n2mZx5cT7yR1w',
  inheritCredentials: false,
  model: 'anthropic/claude-opus-4-6',
  gatewayPort: 18793,
  ocHomeDir: '~/.openclaw-scout',
  familyId: '0198f2a0-2222-7000-8000-0000000000cc',
  familyName: 'Home',
  dmChannelId: '0198f2a0-3333-7000-8000-0000000000dd',
  onboardingChannelId: '0198f2a0-4444-7000-8000-0000000000ee',
};

describe('notes of a task', () => {
  it('lose their keys and nothing else, and are whole again to the letter', () => {
    const notes = JSON.stringify(provisioning, undefined, 2);
    const { notes: stored, fields, joined } = parted(notes);
    expect(fields).toEqual({ sesameApiKey: provisioning.sesameApiKey, llmApiKey: provisioning.llmApiKey });
    expect(JSON.parse(stored)).toEqual({
      ...provisioning,
      sesameApiKey: reference('sesameApiKey'),
      llmApiKey: reference('llmApiKey'),
    });
    expect(joined).toBe(notes);
  });

  it.each(['sk_live_0123456789abcdefapiKey-@apiKey', 'token=sk-0123456789abcdefgh/token=sk-0123456789abcdefgh'])(
    'are whole again where two secrets touch: %s',
    (notes) => {
      const { fields, joined } = parted(notes);
      expect(Object.keys(fields)).not.toEqual([]);
      expect(joined).toBe(notes);
    },
  );

  it('have no secret where a key is null, empty, left out or referred to', () => {
    for (const llmApiKey of [
      null,
      '',
      '  ',
      true,
      'env:OPENAI_API_KEY',
      'vault:main/openai/key',
      '${OPENAI_API_KEY}',
    ]) {
      expect(parted(JSON.stringify({ llmApiKey })).fields).toEqual({});
    }
    expect(parted('').fields).toEqual({});
    expect(parted('{"maxTokens": 4096, "monkey": "Bobo", "secretary": "Ada", "key": "title"}').fields).toEqual({});
  });

  it.each([
    [
      'deep, in lists and under a name above',
      '{"a":[{"b":{"Auth-Token":"x y"}}],"secrets":{"mail":["p1",{"n":"p2"}]}}',
      ['x y', 'p1', 'p2'],
    ],
    ['a number', '{"pin": 1234, "password" : -12e3}', ['1234', '-12e3']],
    [
      'JSON in JSON',
      JSON.stringify({ config: JSON.stringify({ apiKey: 'hunter22' }) }),
      ['{\\"apiKey\\":\\"hunter22\\"}'],
    ],
    [
      'under a harmless name, by its form',
      '{"note":"use ghp_0123456789abcdefghij please"}',
      ['use ghp_0123456789abcdefghij please'],
    ],
    ['as a name itself', '{"sk_live_0123456789abcdef":1}', ['sk_live_0123456789abcdef']],
    ['with escapes', '{"password":"a\\"b\\u00e9\\n"}', ['a\\"b\\u00e9\\n']],
    ['twice under one name', '{"token":"one1","b":{"token":"two2"}}', ['one1', 'two2']],
    ['beside its name', '{"env":[{"value":"hunter2","name":"LLM_API_KEY"},{"name":"PORT","value":"1"}]}', ['hunter2']],
    ['behind its name in a list', '[["API_KEY","hunter2"],["PORT","1"]]', ['hunter2']],
    [
      'under a name with more behind it',
      '{"api_key_prod":"a1","password2":"b2","tokenValue":"c3"}',
      ['a1', 'b2', 'c3'],
    ],
    [
      'that calls itself a reference',
      '{"token":"vault:hunter2","pass":"env:hunter2"}',
      ['vault:hunter2', 'env:hunter2'],
    ],
    ['a text of JSON that is one text', JSON.stringify('{"apiKey":"hunter2"}'), ['{\\"apiKey\\":\\"hunter2\\"}']],
    ['as auth-profiles have it', '{"profiles":{"a":{"type":"api_key","key":"k-0123456789ab"}}}', ['k-0123456789ab']],
  ])('give up what is secret: %s', (_what, notes, secrets) => {
    const { fields, notes: stored, joined } = parted(notes);
    expect(Object.values(fields)).toEqual(secrets);
    expect(() => JSON.parse(stored) as unknown).not.toThrow();
    expect(joined).toBe(notes);
  });

  it.each([
    ['a line of a file', 'HANDLE=scout\nSESAME_API_KEY=hunter2 and more\nPORT=1', ['hunter2 and more']],
    ['JSON that is none', '{handle: "scout", llmApiKey: "hunter2",}', ['hunter2']],
    ['prose', 'Log in as ada, the password is hunter2!x. Then begin.', ['hunter2!x.']],
    ['a header', 'curl -H "Authorization: Bearer abc123DEF456ghi" x', ['abc123DEF456ghi']],
    ['an address', 'postgres://ada:hunter2@db/x', ['hunter2']],
    ['a run of letters', 'take aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE and go', ['aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE']],
    ['YAML', 'llm:\n  api_key: hunter2 # mine\nport: 1', ['hunter2 # mine']],
    ['a block of YAML', 'password: |\n  hunter2\n  and more\nport: 1', ['hunter2\n  and more']],
    ['TOML', 'api_key = """hunter2"""\nport = 1', ['hunter2']],
    ['XML', '<a><apiKey>hunter2</apiKey></a>', ['hunter2']],
    ['a table', '| password | hunter2 |', ['hunter2']],
    ['an arrow', 'token -> hunter2, then go', ['hunter2']],
    ['the next line', 'Password:\nhunter2\nThen begin.', ['hunter2']],
    ['other languages', 'Das Passwort: hunter2\nпароль: hunter3', ['hunter2', 'hunter3']],
    ['what the key is', 'the API key is hunter2, the key is hunter2-hunter3', ['hunter2', 'hunter2-hunter3']],
    [
      'one with quotes and commas in it',
      `the password hunter"2'x;y is mine\npassword=hunter2,x`,
      [`hunter"2'x;y`, 'hunter2,x'],
    ],
    ['an option', 'run --token hunter2hunter --port 1', ['hunter2hunter']],
    ['a user of curl', 'curl -u ada:hunter2 http://x', ['hunter2']],
    ['a query', 'http://x/?a=1&sig=hunter2hunter&b=2', ['hunter2hunter']],
    ['an address whose user is one', 'https://hunter2hunter@host/', ['hunter2hunter']],
    ['JSON that is written into a text', 'send {\\"apiKey\\":\\"hunter2\\"} there', ['\\"hunter2\\"} there']],
    ['a line of .pgpass', 'host:5432:db:ada:hunter2', ['hunter2']],
    ['SQL', "ALTER USER ada IDENTIFIED BY 'hunter2';", ['hunter2']],
    [
      'a private key',
      'x\n-----BEGIN RSA PRIVATE KEY-----\nMII+/=\n-----END RSA PRIVATE KEY-----\ny',
      ['-----BEGIN RSA PRIVATE KEY-----\nMII+/=\n-----END RSA PRIVATE KEY-----'],
    ],
    [
      'one that the text goes on behind',
      'AKIAABCDEFGHIJKLMNOP, and sk-0123456789abcd.',
      ['AKIAABCDEFGHIJKLMNOP', 'sk-0123456789abcd'],
    ],
  ])('that are no JSON give up %s', (_what, notes, secrets) => {
    const { fields, notes: stored, joined } = parted(notes);
    expect(Object.values(fields)).toEqual(secrets);
    for (const secret of secrets) expect(stored).not.toContain(secret);
    expect(joined).toBe(notes);
  });

  it('keep what they refer to already, and give a new secret another name', () => {
    const notes = `{"token":"${reference('token')}","b":{"token":"fresh-one"}}`;
    const outcome = parted(notes, ['token', 'gone']);
    expect(outcome.kept).toEqual(['token']);
    expect(outcome.fields).toEqual({ token_2: 'fresh-one' });
    expect(joinNotes(outcome.notes, { taskId, fields: { token: 'kept', ...outcome.fields } })).toBe(
      '{"token":"kept","b":{"token":"fresh-one"}}',
    );
    expect(parted(`token: ${reference('token')} as before`, ['token'])).toMatchObject({ kept: ['token'], fields: {} });
  });

  it('keep what tells of secrets and is none', () => {
    for (const notes of [
      'Ask Ada for the password, the token is in the vault, and the key is under the mat.',
      'password - ask Ada. The secret was told on Monday.',
      `token: ${reference('token')} and password -> vault:main/mail/password`,
      'API_KEY=$API_KEY run it; api_key: ${API_KEY}; password: env:PASSWORD',
      '{"name":"password","hint":"the usual","columns":["key","value"],"id":"token","count":3}',
    ])
      expect(parted(notes).fields, notes).toEqual({});
  });

  it('are refused with more secrets than one item of a vault holds', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`token${n}secret`, 'x'])));
    expect(partNotes(many, { taskId, known: [] })).toMatchObject({ kind: 'refused', code: 'invalid_input' });
  });

  test.each([
    ['open brackets', '['.repeat(25_000) + '"a"' + ']'.repeat(25_000)],
    ['deep names', '{"token":'.repeat(5_000) + '"a"' + '}'.repeat(5_000)],
    ['the beginning of a form', 'eyJ'.repeat(16_000)],
    ['a name again and again', 'token:'.repeat(8_000)],
    ['the beginning of an address', '://a:'.repeat(10_000)],
    ['one long run', 'a'.repeat(50_000)],
    ['many dashes', '-----BEGIN '.repeat(4_500)],
    ['quotes', 'token="'.repeat(7_000)],
    ['blocks', 'token: |\n a'.repeat(4_500)],
    ['lines that could be of .pgpass', 'a:22:b:c:'.repeat(5_500)],
    ['names that could be users', '://a1'.repeat(10_000)],
    ['lists of names', `[${'["token","x"],'.repeat(3_000)}1]`],
  ])('are looked at in no more than a moment, whatever they hold: %s', (_what, notes) => {
    // Of this process alone: others may be at work.
    const from = process.cpuUsage();
    findSecrets(notes);
    expect(process.cpuUsage(from).user).toBeLessThan(1_000_000);
  });

  it('are whole again whatever JSON or text they were', () => {
    const name = constantFrom('apiKey', 'token', 'note', 'secrets', 'key', 'password', 'a', 'sk_live_0123456789abcdef');
    const { tree } = letrec((tie) => ({
      tree: oneof(
        { depthSize: 'small' },
        string({ unit: 'binary' }),
        double({ noDefaultInfinity: true, noNaN: true }),
        constantFrom(null, true, 'sk-0123456789abcdefgh', 'vault:a/b/c'),
        array(tie('tree'), { maxLength: 4 }),
        dictionary(name, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    const text = array(oneof(name, constantFrom(': ', '="', '"', '\n', ' is '), string()), {
      maxLength: 12,
    });
    const notes = oneof(
      tree.map((value) => JSON.stringify(value)),
      tree.map((value) => JSON.stringify(value, undefined, 2)),
      text.map((pieces) => pieces.join('')),
    );
    assert(
      property(notes, (value) => {
        const { fields, notes: stored, joined } = parted(value);
        expect(joined).toBe(value);
        // Nothing more is found in what is left, so that it is stable under being written back.
        if (Object.keys(fields).length > 0) expect(parted(stored, Object.keys(fields)).kept).not.toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

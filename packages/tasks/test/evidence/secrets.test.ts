import { expect, test } from 'vitest';
import { maskSecrets, secretsOf } from '../../src/evidence/secrets.ts';

const value = 'q7Rt-2vX/9pLm+Zk';
const namesIn = (env: Readonly<Record<string, string>>) => secretsOf(env).map(({ name }) => name);
const masked = (text: string, env: Readonly<Record<string, string>> = { API_TOKEN: value }) =>
  maskSecrets(Buffer.from(text), secretsOf(env)).toString();

test.for(
  (
    'AI_API_KEY APIKEY1 SESSION_COOKIE SIGNING_KEY_V2 AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY DEPLOY_HOOK SSH_PRIV DB_PASS ' +
    'DB_PASSWORD PGPASSWORD MYSQL_PWD npm_config__auth SENTRY_DSN GITHUB_TOKEN githubToken2 NPM_TOKEN_CI SERVICE_CREDENTIALS ' +
    'AUTH_HEADER OAUTH_CODE APP_SESSION PERDURE_TASK_LEASE SIGNATURE TOKENS PRIVATE_PEM WEBHOOK_URL GITLAB_PAT'
  ).split(' '),
)('the value of %s is a secret', (name) => {
  expect(namesIn({ [name]: value })).toEqual([name]);
});

test.for(
  (
    'PATH PWD OLDPWD HOME LANG KEYBOARD GIT_AUTHOR_NAME DESIGN PASSENGER_COUNT HOOKED SSH_AUTH_SOCK SSL_CERT_FILE SSH_KEY_PATH ' +
    'XDG_SESSION_TYPE DESKTOP_SESSION SESSION_MANAGER DBUS_SESSION_BUS_ADDRESS COMPASS AUTHOR SIGNAL'
  ).split(' '),
)('the value of %s is none', (name) => {
  expect(namesIn({ [name]: value })).toEqual([]);
});

test.for<readonly [string, string]>([
  ['of OpenAI', 'sk-proj-abcdefghijklmnop1234'],
  ['of GitHub', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
  ['of Amazon', 'AKIAIOSFODNN7EXAMPLE'],
  ['of Slack', 'xoxb-1234567890-abcdefghij'],
  ['as a token of three parts', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlMTI'],
  ['as a private key', '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----'],
])('a key %s is a secret under any name, and starred out by whomever it is known', ([, key]) => {
  expect(namesIn({ ANYTHING: key })).toEqual(['ANYTHING']);
  expect(masked(`before ${key} after`, {})).toBe(`before ${'*'.repeat(key.length)} after`);
});

test.for<readonly [string, string]>([
  ['as it is', value],
  ['in base64', Buffer.from(value).toString('base64').replace(/=+$/, '')],
  ['in base64 for addresses', Buffer.from(value).toString('base64url')],
  ['in an address', encodeURIComponent(value)],
])('a secret is starred out %s, and nothing moves', ([, spelling]) => {
  expect(masked(`x${spelling}y`)).toBe(`x${'*'.repeat(spelling.length)}y`);
});

test('a password in an address goes, the address stays; short values and plain words stay', () => {
  expect(masked('postgres://me:hunter2@db/x', {})).toBe('postgres://me:*******@db/x');
  expect(masked('key true 8080', { A_KEY: 'true', PORT_KEY: '8080' })).toBe('key true 8080');
});

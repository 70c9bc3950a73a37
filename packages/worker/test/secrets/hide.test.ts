import { assert, configureGlobal, pre, property, string } from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { hiding } from '../../src/secrets/hide.ts';
import { keepOutOf } from '../../src/secrets/keep-out.ts';

configureGlobal({ seed: propertySeed(20_261_130) });

const token = 'ghp_Zq8/+k"ÄlPwv4';
const hide = hiding([{ name: 'github', value: token }]);

describe('what is recorded of a call', () => {
  it('holds no secret as it is, in JSON, in a URL, in hexadecimal', () => {
    const bytes = Buffer.from(token);
    const forms = [
      token,
      JSON.stringify({ token }),
      `https://a.example/?key=${encodeURIComponent(token)}`,
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
    ];
    for (const form of forms) expect(hide(`before ${form} behind`)).toMatch(/^before .*\[secret github\].* behind$/);
  });

  it('holds none in Base64, whatever stands beside it', () => {
    for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const header = Buffer.from(`${before}${token} and more`).toString(encoding);
        const clean = hide(header);
        expect(clean).toContain('[secret github]');
        expect(Buffer.from(clean.replace('[secret github]', ''), encoding).toString()).not.toContain(token.slice(3, 9));
      }
    }
  });

  it('holds none in names, lists and numbers of JSON, however deep', () => {
    const pin = hiding([{ name: 'pin', value: '48151623' }]);
    expect(pin({ a: [{ '48151623': 48151623, b: 'x48151623' }], c: 7 })).toEqual({
      a: [{ '[secret pin]': '[secret pin]', b: 'x[secret pin]' }],
      c: 7,
    });
  });

  it('holds none where a long text was shortened in the middle of it', () => {
    const gap = ' … (9000 characters in all) … ';
    const clean = hide(`head ${token.slice(0, 12)}${gap}${token.slice(-9)} tail`);
    expect(clean).toBe(`head [secret github]${gap}[secret github] tail`);
  });

  it('holds none of a private key, nor a line of it', () => {
    const lines = Array.from({ length: 4 }, (_, n) => `MIIEvQIBADANBgkqhkiG9w0BAQ${n}xYz`);
    const pem = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----'].join('\n');
    const clean = hiding([{ name: 'key', value: pem }]);
    expect(clean(pem)).toBe('[secret key]');
    expect(clean(`it failed at ${lines[2]}`)).toBe('it failed at [secret key]');
  });

  it('is left as it is where a short secret stands in it by chance, and hidden where it is the whole', () => {
    const short = hiding([{ name: 'pin', value: '12' }]);
    expect([short('12'), short('at 12:12'), short({ a: '12' })]).toEqual([
      '[secret pin]',
      'at 12:12',
      { a: '[secret pin]' },
    ]);
  });

  it('hides the longer of two where one is part of the other, and takes nothing for a pattern', () => {
    const both = hiding([
      { name: 'a', value: 'hunter22' },
      { name: 'b', value: 'hunter22$&.*' },
    ]);
    expect(both('x hunter22$&.* y hunter22')).toBe('x [secret b] y [secret a]');
  });

  it('holds no secret, whatever it is and whatever is around it', () => {
    const secrets = string({ minLength: 8, maxLength: 60, unit: 'binary' });
    assert(
      property(secrets, string(), string(), (value, before, behind) => {
        const [mark, clean] = ['[secret s]', hiding([{ name: 's', value }])];
        const text = clean(`${before}${value}${behind}`);
        pre(!mark.includes(value) && !`${before}${mark}${behind}`.includes(value));
        expect(text.includes(value)).toBe(false);
      }),
    );
  });
});

it('a line of the log holds no secret that was lent, also when it comes late and as bytes', () => {
  const written: unknown[] = [];
  const stream = { write: (chunk: unknown) => (written.push(chunk), true) };
  const keepOut = keepOutOf([stream]);
  stream.write(`before ${token}`);
  keepOut([{ name: 'github', value: token }]);
  stream.write(`it printed ${token}`);
  stream.write(Buffer.from(`and ${token} again`));
  expect(written.map(String)).toEqual([`before ${token}`, 'it printed [secret github]', 'and [secret github] again']);
});

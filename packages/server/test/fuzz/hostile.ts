/** What somebody sends who means no good, or whose program is broken. Values, names, texts of bodies, parts of URLs. */

import * as fc from 'fast-check';

const hostileStrings = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  'a\ud800b',
  '\udfff',
  '\ufeff',
  '\u202e',
  '👩‍🚀'.repeat(300),
  'x'.repeat(100_000),
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f',
  '%00',
  '%',
  '%ff',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a\r\nx-injected: yes',
  "'; DROP TABLE messages; --",
  '" OR 1=1 --',
  '%_%',
  '*',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '${7*7}',
  '1e999',
  '-0',
  'NaN',
  'null',
  'true',
  '9007199254740993',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  '-271821-04-19T23:59:59Z',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'İ'.repeat(50),
  'ﬃ',
  'a'.repeat(65),
  `${'a'.repeat(40)}!`,
] as const;

const hostileNumbers = [
  0,
  -0,
  -1,
  0.5,
  1e-320,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
  -(2 ** 63),
  8_640_000_000_000_001,
] as const;

export const hostileString: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileStrings) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.nat({ max: 0xff_ff }).map((code) => String.fromCharCode(code)) }) },
);

const deep = (levels: number): unknown => {
  let value: unknown = 'x';
  for (let n = 0; n < levels; n += 1) value = n % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Any value of JSON, where another is asked for. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileString },
  { weight: 2, arbitrary: fc.constantFrom(...hostileNumbers) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { length: 1e9 }) },
  { weight: 1, arbitrary: fc.array(hostileString, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.object({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(150, 199, 250, 2_000).map(deep) },
  { weight: 1, arbitrary: fc.constantFrom(1_001, 20_000).map((count) => Array.from({ length: count }, () => 'x')) },
);

export const hostileName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'isOwner', 'id', '', 'a'.repeat(5_000)),
  fc.string(),
);

/** As JSON text: own properties of these names, which a literal would not make. */
const withNames = '{"__proto__":{"isOwner":true},"constructor":{"prototype":{"isOwner":true}}';

/** A body that is no JSON, or not quite, or JSON that is read differently by different programs. */
export function hostileTextOf(valid: fc.Arbitrary<string>): fc.Arbitrary<string | Uint8Array> {
  const spoilt = fc.tuple(valid, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
  const twice = valid.map((text) => (text.startsWith('{') ? `${text.slice(0, -1)},${text.slice(1)}` : text + text));
  const polluted = valid.map((text) => (text.startsWith('{"') ? `${withNames},${text.slice(1)}` : withNames));
  const cut = fc.tuple(valid, fc.nat(), fc.nat({ max: 255 })).map(([text, at, byte]) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return new Uint8Array(bytes);
  });
  return fc.oneof(
    spoilt,
    twice,
    polluted,
    cut,
    valid.map((text) => `\ufeff${text}`),
    valid.map((text) => `${text}${text}`),
    valid.map((text) => text.replaceAll(/:\d+/g, ':1e999')),
    valid.map((text) => text.replaceAll(/:("[^"]*"|\d+)/g, ':123456789012345678901234567890')),
    valid.map((text) => text.replaceAll('"', "'")),
    fc.constantFrom('', ' ', 'null', '[]', '0', '"x"', 'true', '{', '{}', '[', 'NaN', '{"a":1,}', '\u0000'),
    fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(50_000), `"${'x'.repeat(1_048_577)}"`),
    fc.uint8Array({ maxLength: 200 }),
  );
}

/** One part of a path as it is written in a URL, or several. */
export const hostilePart: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: hostileString.map(encoded) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '.',
      '..',
      '%2e%2e',
      '%2F',
      'a%2Fb',
      '%',
      '%zz',
      '%ff%fe',
      '%00',
      '%c0%ae',
      '%ed%a0%80',
      '*',
      ':id',
      '{id}',
      '-1',
      '~',
      ';a=b',
      'x/../y',
      '//',
      '%5c',
      '%0d%0a',
    ),
  },
);

/** What is asked behind the question mark, as it is written in a URL. */
export const hostileSearch: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(hostileName, hostileString).map(([name, value]) => `${encoded(name)}=${encoded(value)}`),
  fc.constantFrom('', '&', '=', '&&==', '%', '%=%', 'limit', 'limit=', 'limit=1&limit=2', 'limit=%', 'cursor=%ff'),
  fc.constantFrom('limit=1e3', 'limit=0x10', 'limit=-1', 'limit=99999999999999999999', '__proto__=1', 'a[b]=c'),
);

/** Lone surrogates have no form in a URL: they are sent as programs send them that do not look. */
export function encoded(text: string): string {
  return encodeURIComponent(text.slice(0, 3_000).toWellFormed());
}

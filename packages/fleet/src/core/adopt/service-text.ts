/**
 * What the file of a service tells: the words with which it starts its program, and the variables that it gives to it.
 * Units of systemd and lists of properties of launchd, as people and programs write them. Pure; what is strange is
 * passed over.
 */

export interface ServiceText {
  readonly words: readonly string[];
  /** With their values: secrets among them. */
  readonly env: Readonly<Record<string, string>>;
  /** Files with more of these; absolute paths. */
  readonly envFiles: readonly string[];
}

export function readUnit(text: string): ServiceText {
  const lines = text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim());
  const valuesOf = (name: string) =>
    lines.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1).trim()] : []));
  const [start = ''] = valuesOf('ExecStart');
  const pairs = valuesOf('Environment').flatMap((line) => wordsIn(line).flatMap(pairIn));
  const envFiles = valuesOf('EnvironmentFile').map((path) => path.replace(/^-/, ''));
  return {
    words: wordsIn(start.replace(/^[@\-:+!|]+/, '')),
    env: Object.fromEntries(pairs),
    envFiles: envFiles.filter((path) => path.startsWith('/')),
  };
}

/** Of a file of variables, as systemd and OpenClaw read them. */
export function readEnvFile(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\n').flatMap((line) => {
    const plain = line.trim().replace(/^export\s+/, '');
    if (plain === '' || /^[#;]/.test(plain)) return [];
    const [name, value = ''] = pairIn(plain)[0] ?? [];
    return name === undefined ? [] : [[name, unquoted(value.trim())] as const];
  });
  return Object.fromEntries(pairs);
}

function pairIn(word: string): readonly (readonly [string, string])[] {
  const at = word.indexOf('=');
  const name = word.slice(0, at).trim();
  return at > 0 && /^\w+$/.test(name) ? [[name, word.slice(at + 1)]] : [];
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text;

/** As systemd divides a line. `%%` is a percent sign; other specifiers stay as they are. */
function wordsIn(line: string): readonly string[] {
  const words = line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\.|[^\s"'\\])+/g);
  return [...words].map(([word]) =>
    word
      .replaceAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g, (_all, double?: string, single?: string) =>
        String(double ?? single),
      )
      .replaceAll(/\\(.)/g, '$1')
      .replaceAll('%%', '%'),
  );
}

type Property = string | readonly Property[] | ReadonlyMap<string, Property>;

export function readPlist(text: string): ServiceText {
  const root = propertyIn(text);
  const at = (name: string): Property | undefined => (isMap(root) ? root.get(name) : undefined);
  const [words, env] = [at('ProgramArguments'), at('EnvironmentVariables')];
  const program = at('Program');
  const listed = Array.isArray(words) ? words.filter((word) => typeof word === 'string') : [];
  const pairs = isMap(env) ? [...env].filter((pair): pair is [string, string] => typeof pair[1] === 'string') : [];
  return {
    words: listed.length > 0 || typeof program !== 'string' ? listed : [program],
    env: Object.fromEntries(pairs),
    envFiles: [],
  };
}

const isMap = (value: Property | undefined): value is ReadonlyMap<string, Property> => value instanceof Map;

/** Deeper than any that launchd reads. */
const deepest = 50;
const token = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<!\[CDATA\[[\s\S]*?\]\]>|<\/?[a-zA-Z][^>]*>|[^<]+/g;

const tagOf = (one = ''): string => /^<\/?([a-zA-Z]+)/.exec(one)?.[1] ?? '';
const isTag = (one = ''): boolean => one.startsWith('<') && !one.startsWith('<![CDATA[');

/** The value that is in it; undefined where it is none. */
function propertyIn(text: string): Property | undefined {
  const tokens = [...text.matchAll(token)].map(([one]) => one).filter((one) => !/^<(?:!--|\?|!DOCTYPE)/.test(one));
  let at = tokens.findIndex((one) => /^<plist\b/.test(one)) + 1;
  const skip = (): void => {
    while (at < tokens.length && !isTag(tokens[at])) at += 1;
  };
  const plain = (): string => {
    let said = '';
    for (; at < tokens.length && !isTag(tokens[at]); at += 1) said += textOf(tokens[at] ?? '');
    at += 1;
    return said;
  };
  const value = (depth: number): Property | undefined => {
    skip();
    const open = tokens[at] ?? '';
    const tag = tagOf(open);
    if (depth > deepest || open === '' || open.startsWith('</')) return undefined;
    at += 1;
    if (open.endsWith('/>')) return tag;
    if (tag !== 'dict' && tag !== 'array') return plain();
    const items: Property[] = [];
    for (let item = value(depth + 1); item !== undefined; item = value(depth + 1)) items.push(item);
    at += 1;
    return tag === 'array' ? items : new Map(pairsOf(items));
  };
  return value(0);
}

function pairsOf(items: readonly Property[]): readonly (readonly [string, Property])[] {
  return items.flatMap((item, index) => {
    const value = items[index + 1];
    return index % 2 === 0 && typeof item === 'string' && value !== undefined ? [[item, value] as const] : [];
  });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function textOf(part: string): string {
  if (part.startsWith('<![CDATA[')) return part.slice('<![CDATA['.length, -']]>'.length);
  return part.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(entities, name) ? (entities[name] ?? whole) : whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
    },
  );
}

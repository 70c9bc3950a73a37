/**
 * A guide as a test reads it: its files, and what its reader types and sees, in the order of the page. What differs
 * from one run to the next (ids, times, pids) is matched by its form, and remembered: where the page says one again,
 * what it stood for is meant.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type GuideItem =
  /** `shown`: what the page says it prints; undefined where it does not say. */
  | { readonly kind: 'command'; readonly text: string; readonly shown: readonly string[] | undefined }
  /** What a command from further up goes on to print. */
  | { readonly kind: 'screen'; readonly shown: readonly string[] };

export function readGuide(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../docs/guides', name), 'utf8');
}

/** The fenced block after the first mention of a file. */
export function fileIn(page: string, name: string): string {
  const block = /^(`{3,})(?:markdown|ts|js|json)\n([\s\S]*?)\n\1$/m.exec(page.slice(page.indexOf(`\`${name}\``)));
  if (block?.[2] === undefined) throw new Error(`the guide has no block for ${name}`);
  return `${block[2]}\n`;
}

/** A block `sh` holds commands alone; one without a language commands behind `$`, each followed by what it prints. */
export function itemsIn(page: string): GuideItem[] {
  return [...page.matchAll(/^(`{3,})(\w*)\n([\s\S]*?)\n\1$/gm)].flatMap(([, , language, text = '']): GuideItem[] => {
    if (language === 'sh') return text.split('\n').map((line) => ({ kind: 'command', text: line, shown: undefined }));
    if (language !== '') return [];
    const [before = '', ...commands] = `\n${text}`.split('\n$ ');
    const screen = before === '' ? [] : [{ kind: 'screen', shown: before.slice(1).split('\n') } as const];
    return [
      ...screen,
      ...commands.map((command) => {
        const [typed = '', ...shown] = command.split('\n');
        return { kind: 'command', text: typed, shown } as const;
      }),
    ];
  });
}

/** Forms that differ from run to run; those that are remembered stand in a group of their own. */
const forms = {
  id: /[0-9a-f]{8}-[0-9a-f]{4}(?:-[0-9a-f]{4}){0,2}(?:-[0-9a-f]{12})?/,
  pid: /(?<=^|Process +)\d+$/,
  time: /\d{4}-\d\d-\d\dT[\d:.]+Z/,
  clock: /(?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?::\d\d)?/,
  span: /\d[\d.]* (?:ms|s|min|h|d)\b/,
  tokens: /\d[\d,]* \+ [\d,]+(?: tokens)?/,
  port: /(?<=127\.0\.0\.1:)\d+/,
} as const;
const remembered: readonly string[] = ['id', 'pid'];

/** `<name>(?<name>…)|…`: tells which form was found where. */
const anyForm = new RegExp(
  Object.entries(forms)
    .map(([name, form]) => `(?<${name}>${form.source})`)
    .join('|'),
  'g',
);

/** What a remembered form on the page stands for. */
export type Known = Map<string, string>;

/** A short id is the beginning of a long one. */
const shortId = 13;

/** A command as it is typed here. */
export function typed(command: string, known: Known): string {
  // In one pass: a group of an id that was put in may look like a pid.
  const form = new RegExp(`${forms.id.source}|\\b\\d+\\b`, 'g');
  return command.replaceAll(form, (word) => known.get(word.slice(0, shortId)) ?? word);
}

/**
 * Whether `actual` has the lines of `shown` in a row; a line `…` stands for any number of lines, and `…` at the end
 * of one for its rest. How many spaces separate two words is
 * the business of a table. What is to be remembered goes into `known`; something that stood for another thing before
 * does not match.
 */
export function showsAll(shown: readonly string[], actual: string, known: Known): boolean {
  const groups: string[] = [];
  const lines = shown.map((line) => (line === '…' ? '(?:.*\n)*?' : `${lineForm(line, groups)}[ ]*\n`));
  const found = new RegExp(`^${lines.join('')}`, 'm').exec(`${actual}\n`);
  if (found === null) return false;
  const seen = groups.map((word, at) => [word.slice(0, shortId), found[at + 1] ?? ''] as const);
  if (!seen.every(([word, value]) => sameThing(known.get(word) ?? value, value))) return false;
  for (const [word, value] of seen) if ((known.get(word)?.length ?? 0) < value.length) known.set(word, value);
  return true;
}

function sameThing(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** The line as a regular expression; what its groups stand for is added to `groups`. */
function lineForm(shown: string, groups: string[]): string {
  const line = shown.trimEnd().replace(/…$/, '');
  let form = '';
  let at = 0;
  for (const found of line.matchAll(anyForm)) {
    const [name = 'id'] = Object.entries(found.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    const any = withoutLookbehind(forms[name as keyof typeof forms].source);
    if (remembered.includes(name)) groups.push(found[0]);
    form += `${literal(line.slice(at, found.index))}${remembered.includes(name) ? `(${any})` : `(?:${any})`}`;
    at = found.index + found[0].length;
  }
  return `${form}${literal(line.slice(at))}${line === shown.trimEnd() ? '' : '.*'}`;
}

const withoutLookbehind = (source: string) => source.replace(/\(\?<=.*?\)/, '').replace(/\$$/, '');

const literal = (text: string) => RegExp.escape(text).replaceAll(/(?:\\x20)+| +/g, ' +');

/** JSON with the places of its values in the text, for who changes one and leaves the rest as it stands. Pure. */

export interface Span {
  readonly start: number;
  /** Behind the last character. */
  readonly end: number;
}

export type JsonNode =
  | (Span & { readonly kind: 'object'; readonly members: readonly JsonMember[] })
  | (Span & { readonly kind: 'array'; readonly items: readonly JsonNode[] })
  | (Span & { readonly kind: 'scalar'; readonly value: unknown });

/** From the first quote of its name to the end of its value. */
export interface JsonMember extends Span {
  readonly name: string;
  readonly value: JsonNode;
}

const deepest = 100;
const scalars = /"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y;
const blank = /[ \t\r\n]*/y;

/** @throws SyntaxError with the line, also for comments, commas too many, and names that stand twice */
export function parseJsonText(text: string): JsonNode {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`line ${text.slice(0, at).split('\n').length}: ${what}`);
  };
  const skip = (): void => {
    blank.lastIndex = at;
    blank.test(text);
    at = blank.lastIndex;
  };
  const takes = (mark: string): boolean => {
    skip();
    if (text[at] !== mark) return false;
    at += 1;
    return true;
  };
  const scalar = (): JsonNode => {
    scalars.lastIndex = at;
    const found = scalars.exec(text)?.[0];
    if (found === undefined) return fail(`${JSON.stringify(text.slice(at, at + 12))} is not plain JSON`);
    const start = at;
    at += found.length;
    try {
      return { kind: 'scalar', start, end: at, value: JSON.parse(found) };
    } catch {
      return fail(`${found.slice(0, 20)} is no value`);
    }
  };
  /** What stands between two brackets, with commas between. */
  const list = <T>(close: string, one: () => T): readonly T[] => {
    const all: T[] = [];
    if (takes(close)) return all;
    do all.push(one());
    while (takes(','));
    if (!takes(close)) fail(`${close} is missing`);
    return all;
  };
  const member = (depth: number, names: Set<string>): JsonMember => {
    skip();
    const start = at;
    const name = scalar();
    if (name.kind !== 'scalar' || typeof name.value !== 'string') return fail('a name is missing');
    if (names.has(name.value)) fail(`${JSON.stringify(name.value)} stands twice`);
    names.add(name.value);
    if (!takes(':')) fail(': is missing');
    const value = node(depth);
    return { name: name.value, value, start, end: at };
  };
  const node = (depth: number): JsonNode => {
    skip();
    if (depth > deepest) fail('it is nested too deep');
    const start = at;
    if (takes('{')) {
      const names = new Set<string>();
      const members = list('}', () => member(depth + 1, names));
      return { kind: 'object', start, end: at, members };
    }
    if (!takes('[')) return scalar();
    const items = list(']', () => node(depth + 1));
    return { kind: 'array', start, end: at, items };
  };
  const root = node(0);
  skip();
  if (at < text.length) fail('something stands behind the end');
  return root;
}

export function memberOf(node: JsonNode | undefined, name: string): JsonMember | undefined {
  return node?.kind === 'object' ? node.members.find((member) => member.name === name) : undefined;
}

/** A text, or undefined where the node is none. */
export function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** With one more at its end, written as its neighbours are: each on a line of its own, or all in one. */
export function withLast(text: string, container: JsonNode, added: Added): string {
  const children = container.kind === 'object' ? container.members : container.kind === 'array' ? container.items : [];
  const last = children.at(-1);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const isOneLine =
    last === undefined
      ? !text.includes('\n') && text.length > container.end - container.start
      : !text.slice(container.start, last.start).includes('\n');
  const around = indentAt(text, container.start);
  const unit = unitOf(text);
  const inner = last === undefined || isOneLine ? around + unit : indentAt(text, last.start);
  const shown = render(added, { unit: isOneLine ? '' : unit, indent: inner, eol });
  const [from, to] = last === undefined ? [container.start + 1, container.end - 1] : [last.end, last.end];
  const comma = last === undefined ? '' : ',';
  if (isOneLine) {
    const space = last !== undefined && /, /.test(text.slice(container.start, container.end)) ? ' ' : '';
    return `${text.slice(0, from)}${comma}${space}${shown}${text.slice(to)}`;
  }
  const end = last === undefined ? `${eol}${around}` : '';
  return `${text.slice(0, from)}${comma}${eol}${inner}${shown}${end}${text.slice(to)}`;
}

/** `name`: of a member of an object. */
export interface Added {
  readonly name?: string;
  readonly value: unknown;
}

/** Without one of them, and the comma that it needed. */
export function withoutChild(text: string, children: readonly Span[], index: number): string {
  const [before, child, after] = [children[index - 1], children[index], children[index + 1]];
  if (child === undefined) return text;
  if (before !== undefined) return text.slice(0, before.end) + text.slice(child.end);
  if (after !== undefined) return text.slice(0, child.start) + text.slice(after.start);
  const open = text.slice(0, child.start).replace(/[ \t\r\n]*$/, '');
  return open + text.slice(child.end).replace(/^[ \t\r\n]*/, '');
}

interface Style {
  readonly unit: string;
  readonly indent: string;
  readonly eol: string;
}

function render({ name, value }: Added, { unit, indent, eol }: Style): string {
  const lines = JSON.stringify(value, null, unit).split('\n');
  const shown = lines.map((line, at) => (at === 0 ? line : indent + line)).join(eol);
  return name === undefined ? shown : `${JSON.stringify(name)}:${unit === '' ? '' : ' '}${shown}`;
}

/** The blanks before what stands first in the line of `at`. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** By the first line that is set in. */
function unitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

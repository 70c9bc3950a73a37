/**
 * Agents, tools and pipelines that the code of a pipeline names by literals. Read from the text, not from a syntax
 * tree: a parser would have to come with every installation. So it looks only at calls on what is surely a durable
 * context, and says nothing about names that are computed. Pure.
 */

export type NamedKind = 'agent' | 'tool' | 'pipeline';

export interface NamedInCode {
  readonly kind: NamedKind;
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

const kinds = { agent: 'agent', tool: 'tool', run: 'pipeline' } as const satisfies Record<string, NamedKind>;

/** In the order of the text. */
export function namesInCode(source: string): readonly NamedInCode[] {
  const code = withoutComments(source);
  const contexts = [...contextNames(code)].map((name) => RegExp.escape(name)).join('|');
  const calls = new RegExp(
    String.raw`(?<![\w$.])(?:${contexts})\s*\.\s*(agent|tool|run)\s*(?:<[^()]*?>)?\s*\(\s*(['"])([\w-]+)\2`,
    'g',
  );
  const reviewers = /(?<![\w$.])reviewer\s*:\s*(['"])([\w-]+)\1/g;
  const lineAt = (index: number) => code.slice(0, index).split('\n').length;
  const called = [...code.matchAll(calls)].map(({ index, 1: method, 3: name = '' }) => ({
    at: index,
    kind: kinds[method as keyof typeof kinds],
    name,
  }));
  const reviewing = [...code.matchAll(reviewers)].map(({ index, 2: name = '' }) => ({
    at: index,
    kind: 'agent' as const,
    name,
  }));
  return [...called, ...reviewing]
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, kind, name }) => ({ kind, name, line: lineAt(at) }));
}

/**
 * What holds a durable context: the first parameter of `run`, what is typed as one, and what the functions given to
 * `map` and `redo` call their own.
 */
function contextNames(code: string): ReadonlySet<string> {
  const first = String.raw`(?:\{[^{}]*\}|\[[^[\]]*\]|\w+)(?:\s*:[^,()]*)?`;
  const forms = [
    /\brun\s*(?::\s*(?:async\s*)?)?\(\s*(\w+)/g,
    /(\w+)\s*:\s*DurableContext\b/g,
    new RegExp(String.raw`\bredo\s*(?::\s*(?:async\s*)?)?\(\s*${first}\s*,\s*(\w+)`, 'g'),
    new RegExp(String.raw`\.map\s*\([^;]*?,\s*(?:async\s*)?\(\s*${first}\s*,\s*(\w+)`, 'g'),
  ];
  const found = forms.flatMap((form) => [...code.matchAll(form)].map(([, name = '']) => name));
  return new Set(['ctx', ...found]);
}

/** Comments as blanks, so that places stay; texts are passed over whole, since they may look like comments. */
function withoutComments(source: string): string {
  const tokens = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replaceAll(tokens, (token) => (/^\/[/*]/.test(token) ? token.replaceAll(/[^\n]/g, ' ') : token));
}

/**
 * Command lines as Python's `argparse` reads them: options anywhere among the positional words, `--name value` and
 * `--name=value`, prefixes that mean one option alone, `--` before words that begin with a dash. Callers were written
 * for programs that read theirs so. Pure: it answers what is to be printed, and prints nothing.
 */

export interface Argument {
  /** `--name` is an option; any other a positional word, which has to be there. */
  readonly name: string;
  /** Default `text`. A flag takes no value, and is true where it is given. */
  readonly kind?: 'text' | 'whole' | 'flag';
  readonly isRequired?: boolean;
  readonly choices?: readonly string[];
  /** Where it is not given. */
  readonly fallback?: string | number;
}

export interface Script {
  /** Read by the shell: its first word is one of the flags that are given, or it is wrong. */
  readonly isShell?: boolean;
  /** As it stands in a usage line. */
  readonly program: string;
  readonly about?: string;
  /** A command line, for its help. */
  readonly example?: string;
  readonly given?: readonly Argument[];
  /** Sub-commands, of which one has to be named. */
  readonly commands?: Readonly<Record<string, readonly Argument[]>>;
}

export type Values = Readonly<Record<string, string | number | boolean | undefined>>;

export type ParsedLine =
  | {
      readonly kind: 'parsed';
      /** Empty for a script without sub-commands. */ readonly command: string;
      readonly values: Values;
    }
  | { readonly kind: 'help'; readonly command: string }
  /** `command`: whose usage is to be shown. */
  | { readonly kind: 'wrong'; readonly command: string; readonly message: string };

export function parseLine({ given = [], commands, isShell }: Script, words: readonly string[]): ParsedLine {
  if (isShell === true) return parseFlag(given, words);
  if (commands === undefined) return parseWords('', given, words);
  const [word, ...rest] = words;
  const names = Object.keys(commands);
  if (word === '-h' || word === '--help') return { kind: 'help', command: '' };
  if (word === undefined) return wrong('', 'the following arguments are required: cmd');
  if (word.startsWith('-')) return wrong('', `unrecognized arguments: ${word}`);
  const declared = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (declared !== undefined) return parseWords(word, declared, rest);
  return wrong('', `argument cmd: invalid choice: '${word}' (choose from ${quoted(names)})`);
}

function parseFlag(given: readonly Argument[], [word]: readonly string[]): ParsedLine {
  if (word === '-h' || word === '--help') return { kind: 'help', command: '' };
  const flag = given.find(({ name }) => name === word);
  if (flag === undefined) return wrong('', `say one of ${given.map(({ name }) => name).join(' and ')}`);
  return { kind: 'parsed', command: '', values: { [keyOf(flag)]: true } };
}

/** A value by the name that Python's programs know it by: `--next-step` is `next_step`. */
export function keyOf({ name }: Argument): string {
  return name.replace(/^--/, '').replaceAll('-', '_');
}

export function isOption({ name }: Argument): boolean {
  return name.startsWith('--');
}

function parseWords(command: string, declared: readonly Argument[], words: readonly string[]): ParsedLine {
  const options = declared.filter(isOption);
  const positional = declared.filter((argument) => !isOption(argument));
  const values: Record<string, string | number | boolean | undefined> = Object.fromEntries(
    declared.map((argument) => [keyOf(argument), argument.kind === 'flag' ? false : argument.fallback]),
  );
  const left: string[] = [];
  const unknown: string[] = [];
  // Every word is looked at before any is taken: one that may mean two things is wrong wherever it stands.
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  for (const word of words.slice(0, end)) {
    const [first, ...others] = candidates(word, options);
    const names = [first, ...others].join(', ');
    if (others.length > 0) return wrong(command, `ambiguous option: ${word} could match ${names}`);
  }
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') {
      left.push(...words.slice(at + 1));
      break;
    }
    if (!looksLikeOption(word, options)) {
      left.push(word);
      continue;
    }
    const { option, attached } = findOption(word, options);
    if (option === 'help') return { kind: 'help', command };
    if (option === undefined) {
      unknown.push(word);
      continue;
    }
    const following = words[at + 1];
    const hasNext = attached === undefined && following !== undefined && !isOptionWord(following, options);
    const text = option.kind === 'flag' ? undefined : (attached ?? (hasNext ? following : undefined));
    const problem = problemOf(option, { text, attached });
    if (problem !== undefined) return wrong(command, `argument ${option.name}: ${problem}`);
    values[keyOf(option)] = option.kind === 'flag' ? true : valueOf(option, text ?? '');
    if (option.kind !== 'flag' && attached === undefined) at += 1;
  }
  return placed(command, { declared, positional, values, left, unknown });
}

interface Read {
  readonly declared: readonly Argument[];
  readonly positional: readonly Argument[];
  readonly values: Record<string, string | number | boolean | undefined>;
  /** Words that are no options, and options that nobody knows. */
  readonly left: readonly string[];
  readonly unknown: readonly string[];
}

/** Words to their places, once the options are out. */
function placed(command: string, { declared, positional, values, left, unknown }: Read): ParsedLine {
  for (const [index, argument] of positional.entries()) {
    const text = left[index];
    if (text === undefined) continue;
    const problem = problemOf(argument, { text });
    if (problem !== undefined) return wrong(command, `argument ${argument.name}: ${problem}`);
    values[keyOf(argument)] = valueOf(argument, text);
  }
  const missing = [
    ...positional.slice(left.length),
    ...declared.filter((each) => each.isRequired === true && values[keyOf(each)] === undefined),
  ].map(({ name }) => name);
  if (missing.length > 0) return wrong(command, `the following arguments are required: ${missing.join(', ')}`);
  const over = [...left.slice(positional.length), ...unknown];
  // Told by the program itself, not by its sub-command.
  if (over.length > 0) return wrong('', `unrecognized arguments: ${over.join(' ')}`);
  return { kind: 'parsed', command, values };
}

/** A lone dash, a negative number and a text with a space in it are words, unless they name an option. */
function looksLikeOption(word: string, options: readonly Argument[]): boolean {
  if (!word.startsWith('-') || word === '-') return false;
  if (isOptionWord(word, options)) return true;
  return !/^-\d+$|^-\d*\.\d+$/.test(word) && !word.includes(' ');
}

function isOptionWord(word: string, options: readonly Argument[]): boolean {
  if (!word.startsWith('-') || word === '-') return false;
  if (word === '--' || word === '-h') return true;
  if (candidates(word, options).length > 0) return true;
  return !/^-\d+$|^-\d*\.\d+$/.test(word) && !word.includes(' ');
}

interface Found {
  /** Undefined: nobody knows it. */
  readonly option: Argument | 'help' | undefined;
  readonly attached: string | undefined;
}

function findOption(word: string, options: readonly Argument[]): Found {
  const [name, attached] = splitWord(word);
  const [known] = name === '-h' ? ['--help'] : candidates(word, options);
  return { option: known === '--help' ? 'help' : options.find((each) => each.name === known), attached };
}

/** The option of that name, else every one that it is a prefix of. */
function candidates(word: string, options: readonly Argument[]): readonly string[] {
  const [name] = splitWord(word);
  if (!name.startsWith('--') || name === '--') return [];
  const names = ['--help', ...options.map((option) => option.name)];
  return names.includes(name) ? [name] : names.filter((each) => each.startsWith(name));
}

function splitWord(word: string): readonly [name: string, attached: string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

const wholeNumber = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

/** Undefined: the value can be taken. */
function problemOf(
  argument: Argument,
  { text, attached }: { readonly text: string | undefined; readonly attached?: string | undefined },
): string | undefined {
  if (argument.kind === 'flag') return attached === undefined ? undefined : `ignored explicit argument '${attached}'`;
  if (text === undefined) return 'expected one argument';
  if (argument.kind === 'whole' && !wholeNumber.test(text)) return `invalid int value: '${text}'`;
  if (argument.choices?.includes(text) !== false) return undefined;
  return `invalid choice: '${text}' (choose from ${quoted(argument.choices)})`;
}

function valueOf({ kind }: Argument, text: string): string | number {
  return kind === 'whole' ? Number(text.replaceAll('_', '')) : text;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

function wrong(command: string, message: string): ParsedLine {
  return { kind: 'wrong', command, message };
}

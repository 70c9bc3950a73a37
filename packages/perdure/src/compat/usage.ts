/** The usage line and the help page of a script, in the form of Python's `argparse`. Pure. */

import { isOption, keyOf, type Argument, type Script } from './argument-parser.ts';

/** One line; `command` is the sub-command, if any. */
export function usageLine(script: Script, command: string): string {
  const { program, given = [], commands } = script;
  if (commands === undefined) return `usage: ${[program, '[-h]', ...ordered(given).map(term)].join(' ')}`;
  if (command === '') return `usage: ${program} [-h] {${Object.keys(commands).join(',')}} ...`;
  return `usage: ${[program, command, '[-h]', ...ordered(commands[command] ?? []).map(term)].join(' ')}`;
}

export function helpPage(script: Script, command: string): string {
  const { about, example, given = [], commands } = script;
  const declared = command === '' ? given : (commands?.[command] ?? []);
  const positional = declared.filter((each) => !isOption(each)).map(({ name, choices }) => row(name, choices));
  const options = declared.filter(isOption).map((option) => row(optionTerm(option), option.choices));
  const names = command === '' && commands !== undefined ? [`  {${Object.keys(commands).join(',')}}`] : positional;
  return [
    usageLine(script, command),
    ...(about === undefined || command !== '' ? [] : ['', `${about}.`]),
    ...(names.length === 0 ? [] : ['', 'positional arguments:', ...names]),
    '',
    'options:',
    '  -h, --help  show this help message and exit',
    ...options,
    ...(example === undefined ? [] : ['', 'Example:', `  ${example}`]),
  ].join('\n');
}

/** Options first, as `argparse` prints them. */
function ordered(declared: readonly Argument[]): readonly Argument[] {
  return [...declared.filter(isOption), ...declared.filter((each) => !isOption(each))];
}

function term(argument: Argument): string {
  if (!isOption(argument)) return argument.choices === undefined ? argument.name : `{${argument.choices.join(',')}}`;
  const text = optionTerm(argument);
  return argument.isRequired === true ? text : `[${text}]`;
}

function optionTerm(option: Argument): string {
  const { name, kind, choices } = option;
  if (kind === 'flag') return name;
  return `${name} ${choices === undefined ? keyOf(option).toUpperCase() : `{${choices.join(',')}}`}`;
}

function row(name: string, choices: readonly string[] | undefined): string {
  return choices === undefined || name.includes('{') ? `  ${name}` : `  ${name} {${choices.join(',')}}`;
}

/**
 * What is surely wrong with calls on a durable context, told before a run has paid for all that stands before them.
 * Pure.
 */

import { stepKeyPattern, undoScope } from '@perdure/contract';
import type {
  AgentOptions,
  ChildRunOptions,
  DelegateOptions,
  HumanOptions,
  MapOptions,
  ReviewOptions,
  StepOptions,
  ToolOptions,
} from '@perdure/contract';
import type { Node } from '@babel/types';
import { contextCalls, type ContextCall, type ContextMethod } from './context-calls.ts';
import { keysUsedTwice } from './keys-used-twice.ts';
import { keyOf, type KeyedCall } from './keyed-call.ts';
import { lineOf, membersOf, readCode, textOf, withoutTypes, type Members } from './source-code.ts';

export interface CallMistake {
  readonly line: number;
  /** As a sentence without its end. */
  readonly why: string;
  /** Whether a run that comes there stops; else the call is made and does not what its author thinks. */
  readonly stopsRun: boolean;
}

/** True: a run stops where it is missing. */
type Options<T> = Readonly<Record<keyof T, boolean>>;

interface Signature {
  /** The options, as an argument. */
  readonly at: number;
  readonly options: Readonly<Record<string, boolean>>;
}

const agent: Options<AgentOptions> = { key: false };
const tool: Options<ToolOptions<unknown>> = { key: true, undo: false };
const step: Options<StepOptions<unknown>> = { retry: false, undo: false, input: false };
const map: Options<MapOptions> = { key: true, concurrency: false };
const human: Options<HumanOptions<unknown>> = { key: true, schema: false, context: false, timeoutMs: false };
const delegate: Options<DelegateOptions<unknown>> = { key: true, schema: false, timeoutMs: false, channel: false };
const run: Options<ChildRunOptions<unknown>> = { key: true, undo: false };
const review: Options<ReviewOptions<unknown>> = {
  key: true,
  by: true,
  reviewer: false,
  question: false,
  present: false,
  maxRounds: true,
  redo: false,
  onExhausted: false,
};

const signatures: Readonly<Partial<Record<ContextMethod, Signature>>> = {
  agent: { at: 2, options: agent },
  tool: { at: 2, options: tool },
  step: { at: 2, options: step },
  map: { at: 2, options: map },
  human: { at: 1, options: human },
  delegate: { at: 2, options: delegate },
  run: { at: 2, options: run },
  review: { at: 1, options: review },
};

/** In the order of the text; none of a text that cannot be read. */
export function callMistakes(source: string): readonly CallMistake[] {
  const program = readCode(source);
  if (program === undefined) return [];
  const calls = contextCalls(program);
  const keyed = calls.flatMap((call): KeyedCall[] => {
    const key = keyOf(call);
    return key === undefined ? [] : [{ ...call, key }];
  });
  const placed = [
    ...calls.flatMap(optionMistakes),
    ...calls.flatMap(reviewMistakes),
    ...keyed.flatMap(keyMistakes),
    ...keysUsedTwice(keyed).map(({ call, first }) => ({
      at: call.node,
      why: `the key "${call.key}" is used twice, here and in line ${lineOf(first.node)}; give each call its own key`,
      stopsRun: true,
    })),
  ];
  return placed
    .toSorted((one, other) => (one.at.start ?? 0) - (other.at.start ?? 0))
    .map(({ at, why, stopsRun }) => ({ line: lineOf(at), why, stopsRun }));
}

interface Placed extends Omit<CallMistake, 'line'> {
  readonly at: Node;
}

function optionMistakes({ node, context, method, args }: ContextCall): readonly Placed[] {
  const signature = signatures[method];
  const members = signature && membersOf(args[signature.at]);
  if (signature === undefined || members === undefined) return [];
  const called = `${context}.${method}`;
  const known = Object.keys(signature.options);
  const unknown = [...members.named]
    .filter(([name]) => !known.includes(name))
    .map(([name, { at }]) => ({
      at,
      why: `${called} has no option "${name}"; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`,
      stopsRun: false,
    }));
  const missing = known
    .filter((name) => members.isWhole && signature.options[name] === true && !members.named.has(name))
    .map((name) => ({ at: node, why: `${called} lacks the option "${name}"; give it`, stopsRun: true }));
  return [...unknown, ...missing];
}

/** The same as the run core asks when it comes there. */
function reviewMistakes({ node, context, method, args }: ContextCall): readonly Placed[] {
  const members = method === 'review' ? membersOf(args[1]) : undefined;
  const by = textOf(members?.named.get('by')?.value);
  if (members === undefined || by === undefined) return [];
  const stop = (why: string): readonly Placed[] => [{ at: node, why, stopsRun: true }];
  if (!['none', 'agent', 'human'].includes(by)) return stop(`${context}.review: by is "none", "agent" or "human"`);
  if (by === 'none') return [];
  const lacks = (name: string): boolean => members.isWhole && !members.named.has(name);
  if (by === 'agent' && lacks('reviewer'))
    return stop(`${context}.review with by: "agent" lacks the option "reviewer"; give the name of the agent`);
  return lacks('redo') && mayBeRedone(members)
    ? stop(`${context}.review lacks the option "redo", which says how it is done again; give it, or maxRounds: 0`)
    : [];
}

/** Whether `maxRounds` is a number that is written out, and not 0. */
function mayBeRedone({ named }: Members): boolean {
  const given = named.get('maxRounds')?.value;
  const rounds = given && withoutTypes(given);
  return rounds?.type === 'NumericLiteral' && rounds.value !== 0;
}

function keyMistakes({ node, key, method }: KeyedCall): readonly Placed[] {
  if (key === undoScope) return [{ at: node, why: 'the key "undo" is ours; choose another one', stopsRun: true }];
  // An agent that is called what no agent is called is told where names are looked at.
  if (stepKeyPattern.test(key) || method === 'agent') return [];
  const why = `"${key}" cannot be a key: use 1 to 100 letters, digits, dots, dashes and underscores`;
  return [{ at: node, why, stopsRun: true }];
}

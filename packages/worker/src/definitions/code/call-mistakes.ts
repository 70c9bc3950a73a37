/**
 * What is surely wrong with calls on a durable context, told before a run has paid for all that stands before them.
 * Pure.
 */

import { stepKeyPattern, undoScope } from '@perdure/contract';
import type {
  AgentOptions,
  ChildRunOptions,
  HumanOptions,
  MapOptions,
  ReviewOptions,
  StepOptions,
  ToolOptions,
} from '@perdure/contract';
import { contextCalls, lineAt, readCode, type ContextCall, type ContextMethod, type Members } from './context-calls.ts';
import { keysUsedTwice } from './keys-used-twice.ts';
import { keyOf, type KeyedCall } from './keyed-call.ts';

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
  readonly name: string;
  /** The options, as an argument. */
  readonly at: number;
  readonly options: Readonly<Record<string, boolean>>;
}

const agent: Options<AgentOptions> = { key: false };
const tool: Options<ToolOptions<unknown>> = { key: true, undo: false };
const step: Options<StepOptions<unknown>> = { retry: false, undo: false, input: false };
const map: Options<MapOptions> = { key: true, concurrency: false };
const human: Options<HumanOptions<unknown>> = { key: true, schema: false, context: false, timeoutMs: false };
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
  agent: { name: 'agent', at: 2, options: agent },
  tool: { name: 'tool', at: 2, options: tool },
  step: { name: 'step', at: 2, options: step },
  map: { name: 'map', at: 2, options: map },
  human: { name: 'human', at: 1, options: human },
  run: { name: 'run', at: 2, options: run },
  review: { name: 'review', at: 1, options: review },
};

/** In the order of the text; none of a text that cannot be read. */
export function callMistakes(source: string): readonly CallMistake[] {
  const read = readCode(source);
  if (read === undefined) return [];
  const calls = contextCalls(read);
  const keyed = calls.flatMap((call): KeyedCall[] => {
    const key = keyOf(call);
    return key === undefined ? [] : [{ ...call, key }];
  });
  const placed = [
    ...calls.flatMap(optionMistakes),
    ...calls.flatMap(reviewMistakes),
    ...keyed.flatMap(keyMistakes),
    ...keysUsedTwice(keyed, read).map(({ at, key, first }) => ({
      at,
      why: `the key "${key}" is used twice, here and in line ${lineAt(read, first)}; give each call its own key`,
      stopsRun: true,
    })),
  ];
  return placed
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, why, stopsRun }) => ({ line: lineAt(read, at), why, stopsRun }));
}

interface Placed extends Omit<CallMistake, 'line'> {
  readonly at: number;
}

function optionMistakes(call: ContextCall): readonly Placed[] {
  const signature = signatures[call.method];
  const members = signature && call.args[signature.at]?.members;
  if (signature === undefined || members === undefined) return [];
  const called = `${call.context}.${call.method}`;
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
    .map((name) => ({ at: call.at, why: `${called} lacks the option "${name}"; give it`, stopsRun: true }));
  return [...unknown, ...missing];
}

/** The same as the run core asks when it comes there. */
function reviewMistakes({ context, method, at, args }: ContextCall): readonly Placed[] {
  const members = method === 'review' ? args[1]?.members : undefined;
  const by = members?.named.get('by')?.text;
  if (members === undefined || by === undefined) return [];
  const stop = (why: string): readonly Placed[] => [{ at, why, stopsRun: true }];
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
  return named.get('maxRounds')?.number !== undefined && named.get('maxRounds')?.number !== 0;
}

function keyMistakes({ at, key, method }: KeyedCall): readonly Placed[] {
  if (key === undoScope) return [{ at, why: 'the key "undo" is ours; choose another one', stopsRun: true }];
  // An agent that is called what no agent is called is told where names are looked at.
  if (stepKeyPattern.test(key) || method === 'agent') return [];
  const why = `"${key}" cannot be a key: use 1 to 100 letters, digits, dots, dashes and underscores`;
  return [{ at, why, stopsRun: true }];
}

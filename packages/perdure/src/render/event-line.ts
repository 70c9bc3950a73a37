/** One event of a run as a line for a person (a question has more), or nothing where it would only repeat its neighbours. Pure. */

import type { ErrorRecord, RunEvent, Step, Wait } from '@perdure/contract';
import type { Paint } from '../cli/paint.ts';
import { errorSentence } from './error-sentence.ts';
import { formatCount, formatDuration, oneLine, printable } from './format.ts';
import { waitNames } from './status-words.ts';
import { toolCallText, toolOutcome } from './tool-text.ts';
import { answerCommand, questionLines, waitsForPerson } from './wait-view.ts';

export interface EventLineOptions {
  readonly paint: Paint;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

/** What the record tells beyond an event; absent where it could not be read. */
export interface EventDetails {
  /** Of a tool call. */
  readonly step?: Step;
  /** Of a question that is still open. */
  readonly wait?: Wait;
}

export function eventLine(
  event: RunEvent,
  { paint, homeFlag }: EventLineOptions,
  details: EventDetails = {},
): string | undefined {
  const { data } = event;
  switch (event.type) {
    case 'step.started':
      return startedLine(data, { paint, homeFlag }, details);
    case 'step.done':
      if (data['kind'] === 'tool') return toolLine(data, paint, details);
      return stepLine(paint('green', '✓'), data, paint('dim', stepFacts(data)));
    case 'step.failed':
      return stepLine(paint('red', '✗'), data, errorText(data));
    case 'step.retrying':
      return stepLine(paint('yellow', '↻'), data, `${errorText(data)} Again in ${durationOf(data['delayMs'])}.`);
    case 'run.waiting':
      return `${paint('yellow', '…')} waiting for ${waitText(data)}`;
    case 'run.needs_attention':
      return `${paint('yellow', '!')} needs attention: ${errorText(data)}`;
    case 'run.recovered':
      return `${paint('cyan', '↺')} recovered after ${durationOf(data['downMs'])}; finished steps are kept`;
    case 'run.undoing':
      return `${paint('yellow', '↶')} undoing what was armed`;
    case 'run.failed':
      return `${paint('red', '✗')} failed: ${errorText(data)}`;
    case 'run.cancelled':
      return `${paint('red', '✗')} cancelled${data['error'] === undefined ? '' : `: ${errorText(data)}`}`;
    case 'run.completed':
      return `${paint('green', '✓')} completed`;
    case 'run.paused':
      return `${paint('yellow', '‖')} paused`;
    case 'run.resumed':
      return `${paint('cyan', '▸')} resumed`;
    case 'run.retried':
      return `${paint('cyan', '▸')} going on at the failed step`;
    case 'run.log':
      return paint('dim', `  ${printable(String(data['message']))}`);
    case 'order.received':
      return paint('dim', `  order received: ${String(data['order'])}${steerText(data['text'])}`);
    case 'wait.answered':
      return paint('dim', `  ${printable(event.actor)} answered ${String(data['key'])}`);
    case 'tool.defect':
      return stepLine(paint('red', '!'), data, `defect of the tool ${named(data['tool'])}: ${named(data['message'])}`);
    case 'run.queued':
    case 'run.started':
      return undefined;
    default:
      return event.type satisfies never;
  }
}

type Data = RunEvent['data'];

/** Steps below another are indented by the depth of their key. */
function stepLine(mark: string, data: Data, facts: string): string {
  const key = String(data['key']);
  const depth = key.split('/').length - 1;
  return `${'  '.repeat(depth)}${mark} ${key}  ${facts}`.trimEnd();
}

function startedLine(data: Data, options: EventLineOptions, { step, wait }: EventDetails): string | undefined {
  const mark = options.paint('cyan', '▸');
  switch (data['kind']) {
    case 'agent':
      return stepLine(mark, data, options.paint('dim', 'agent'));
    case 'tool':
      return stepLine(mark, data, options.paint('dim', `tool ${toolCallText(step ?? { detail: data })}`));
    case 'run':
      return stepLine(mark, data, options.paint('dim', `run ${String(data['run'])}`));
    case 'human':
      return questionText(data, options, wait);
    default:
      return undefined;
  }
}

/** What is asked, and below it how to answer. */
function questionText(data: Data, { paint, homeFlag }: EventLineOptions, wait: Wait | undefined): string {
  const line = stepLine(paint('yellow', '?'), data, waitsForPerson(data['question']));
  if (wait === undefined) {
    return `${line}\n${paint('dim', `  answer with: ${answerCommand(String(data['wait']), homeFlag)}`)}`;
  }
  const [, ...below] = questionLines(wait, { paint, homeFlag });
  return [line, ...below].join('\n');
}

/** `tool http-get {"url":"…"} 0.4 s ok`. */
function toolLine(data: Data, paint: Paint, { step }: EventDetails): string {
  const outcome = step && toolOutcome(step);
  const mark = outcome?.isOk === false ? paint('yellow', '✗') : paint('green', '✓');
  const call = step === undefined ? 'tool' : `tool ${toolCallText(step)}`;
  return stepLine(mark, data, paint('dim', [call, stepFacts(data), outcome?.text].filter(Boolean).join(' ')));
}

function steerText(text: unknown): string {
  return typeof text === 'string' ? `: ${oneLine(text, 200)}` : '';
}

/** Words of somebody else. */
function named(text: unknown): string {
  return oneLine(String(text), 500);
}

function stepFacts(data: Data): string {
  const facts = typeof data['ms'] === 'number' ? [formatDuration(data['ms'])] : [];
  const usage = tokensOf(data['usage']);
  if (usage !== undefined) facts.push(usage);
  if (typeof data['model'] === 'string') facts.push(printable(data['model']));
  return facts.join(' · ');
}

/** `1,234 + 56 tokens` (in and out), or undefined where nothing was counted. */
export function tokensOf(usage: unknown): string | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const { inputTokens, outputTokens } = usage as { inputTokens?: unknown; outputTokens?: unknown };
  if (typeof inputTokens !== 'number' || typeof outputTokens !== 'number') return undefined;
  if (inputTokens + outputTokens === 0) return undefined;
  return `${formatCount(inputTokens)} + ${formatCount(outputTokens)} tokens`;
}

function errorText(data: Data): string {
  const error = data['error'];
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return printable(errorSentence(error as Pick<ErrorRecord, 'message' | 'details'>));
  }
  return 'no reason was recorded.';
}

function durationOf(ms: unknown): string {
  return typeof ms === 'number' ? formatDuration(ms) : 'a moment';
}

function waitText(data: Data): string {
  const until = typeof data['until'] === 'string' ? ` until ${data['until']}` : '';
  return `${waitNames[String(data['kind'])] ?? String(data['kind'])}${until}`;
}

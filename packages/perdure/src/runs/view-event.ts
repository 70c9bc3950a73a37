/**
 * One event of a run as a line for a person (a question has more), or nothing where it would only repeat its
 * neighbours. Pure.
 */

import {
  compact,
  type ErrorRecord,
  type RunEventData,
  type StepOfKind,
  type RunEvent,
  type Usage,
  type Wait,
} from '@perdure/contract';
import { errorSentence } from '../text/error-sentence.ts';
import { untilWords } from '../text/clock.ts';
import { formatCount, formatDuration, oneLine, printable, visibleJson } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
import { questionLine, questionParts, readableKey, waitsForPerson } from '../waits/view.ts';
import type { Saying } from './said-once.ts';
import { waitNames } from './view-status.ts';
import { toolCallText, toolOutcome } from './view-tool-call.ts';

export interface EventLineOptions {
  readonly paint: Paint;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
}

/** What the record tells beyond an event; absent where it could not be read. */
export interface EventDetails {
  /** Of a tool call. */
  readonly step?: StepOfKind<'tool'>;
  /** Of a question. */
  readonly wait?: Wait;
  /** Whether nobody can answer it any more. */
  readonly isClosed?: boolean;
  /** Whether its error was told before; default: it is new. */
  readonly saying?: Saying;
}

export function eventLine(event: RunEvent, options: EventLineOptions, details: EventDetails = {}): string | undefined {
  const { paint } = options;
  switch (event.type) {
    case 'step.started':
      return startedLine(event.data, options, details);
    case 'step.done':
      if (event.data.kind === 'tool') return toolLine(event.data, paint, details);
      return stepLine(paint('green', '✓'), event.data.key, paint('dim', stepFacts(event.data)));
    case 'step.failed':
      return stepLine(paint('red', '✗'), event.data.key, onceText(event.data, details));
    case 'step.retrying':
      return stepLine(paint('yellow', '↻'), event.data.key, againText(event.data));
    case 'run.waiting':
      return `${paint('yellow', '…')} waiting for ${waitText(event.data, options.now())}`;
    case 'run.needs_attention':
      return reasonLine(`${paint('yellow', '!')} needs attention`, onceText(event.data, details));
    case 'run.recovered':
      return `${paint('cyan', '↺')} recovered, ${formatDuration(event.data.downMs)} after its last record; finished steps are kept`;
    case 'run.undoing':
      return `${paint('yellow', '↶')} undoing what was armed`;
    case 'run.failed':
      return reasonLine(`${paint('red', '✗')} failed`, onceText(event.data, details));
    case 'run.cancelled':
      return `${paint('red', '✗')} cancelled${event.data.error === undefined ? '' : `: ${errorText(event.data)}`}`;
    case 'run.completed':
      return `${paint('green', '✓')} completed`;
    case 'run.paused':
      return `${paint('yellow', '‖')} ${event.data.reason === undefined ? 'paused' : 'paused (held): it goes on when it is resumed'}`;
    case 'run.resumed':
      return `${paint('cyan', '▸')} resumed`;
    case 'run.retried':
      return `${paint('cyan', '▸')} going on at the failed step`;
    case 'run.steps_not_met':
      return `${paint('yellow', '!')} ${notMetText(event.data)}`;
    case 'run.log':
      return paint('dim', `  ${printable(logText(event.data.message))}`);
    case 'order.received':
      return paint('dim', `  order received: ${event.data.order}${steerText(event.data.text)}`);
    case 'wait.answered':
      return paint('dim', `  ${printable(event.actor)} answered ${readableKey(event.data.key)}`);
    case 'return.late':
      return paint(
        'dim',
        `  ${printable(event.actor)} returned ${readableKey(event.data.key)} too late; it is not applied`,
      );
    case 'tool.defect':
      return stepLine(paint('red', '!'), event.data.key, defectText(event.data));
    case 'run.queued':
    case 'run.started':
      return undefined;
    default:
      return event satisfies never;
  }
}

/** Steps below another are indented by the depth of their key. */
function stepLine(mark: string, key: string, facts: string): string {
  const depth = key.split('/').length - 1;
  return `${'  '.repeat(depth)}${mark} ${readableKey(key)}  ${facts}`.trimEnd();
}

type StartedData = RunEventData<'step.started'>;

function startedLine(data: StartedData, options: EventLineOptions, details: EventDetails): string | undefined {
  const { step } = details;
  const mark = options.paint('cyan', '▸');
  switch (data.kind) {
    case 'agent':
      return stepLine(mark, data.key, options.paint('dim', 'agent'));
    case 'tool':
      return stepLine(
        mark,
        data.key,
        options.paint('dim', `tool ${toolCallText(step?.detail ?? { tool: data.tool })}`),
      );
    case 'run':
      return stepLine(mark, data.key, options.paint('dim', `run ${data.run}`));
    case 'human':
      return questionText(data, options, details);
    case 'delegate':
      return stepLine(mark, data.key, options.paint('dim', `delegated to ${printable(data.to)}`));
    case 'map':
      return stepLine(mark, data.key, data.items === undefined ? '' : options.paint('dim', `${data.items} items`));
    // A function of the pipeline is recorded as begun where it takes its time.
    case 'step':
      return stepLine(mark, data.key, '');
    default:
      return undefined;
  }
}

/** What is asked, and below it how to answer; of what was answered since then the question alone. */
function questionText(
  { key, question, wait: id }: Extract<StartedData, { readonly kind: 'human' }>,
  options: EventLineOptions,
  { wait, isClosed = false }: EventDetails,
): string {
  const { paint, homeFlag } = options;
  const line = (words: string) => stepLine(paint('yellow', '?'), key, words);
  if (isClosed || wait?.answered !== undefined) {
    return stepLine(paint('dim', '?'), key, paint('dim', `asked: ${questionLine(question)}`));
  }
  if (wait === undefined) {
    return `${line(waitsForPerson(question))}\n${paint('dim', `  how to answer: perdure waits show ${id}${homeFlag}`)}`;
  }
  const { words, below } = questionParts(wait, options);
  return [line(words), ...below].join('\n');
}

/** `tool http-get 0.4 s ok`: with which arguments was told when it began. */
function toolLine(data: RunEventData<'step.done'>, paint: Paint, { step }: EventDetails): string {
  const outcome = step && toolOutcome(step);
  const mark = outcome?.isOk === false ? paint('yellow', '✗') : paint('green', '✓');
  const call = step === undefined ? 'tool' : `tool ${toolCallText(compact({ tool: step.detail?.tool }))}`;
  return stepLine(mark, data.key, paint('dim', [call, stepFacts(data), outcome?.text].filter(Boolean).join(' ')));
}

/** An author may have logged anything. */
function logText(message: unknown): string {
  if (message === undefined) return '';
  return typeof message === 'string' ? message : visibleJson(message);
}

function steerText(text: string | undefined): string {
  return text === undefined ? '' : `: ${oneLine(text, 200)}`;
}

/** Words of somebody else, cut. */
function defectText({ tool, message }: RunEventData<'tool.defect'>): string {
  return `defect of the tool ${oneLine(tool, 500)}: ${oneLine(message, 500)}`;
}

function stepFacts({ ms, usage, model }: RunEventData<'step.done'>): string {
  const facts = [formatDuration(ms), tokensOf(usage), model === undefined ? undefined : printable(model)];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}

/** `1,234 + 56 tokens` (in and out), or undefined where nothing was counted. */
export function tokensOf(usage: Usage | undefined): string | undefined {
  const counts = tokenCounts(usage);
  return counts === undefined ? undefined : `${counts} tokens`;
}

/** The same below a heading that says what is counted. */
export function tokenCounts(usage: Usage | undefined): string | undefined {
  if (usage === undefined || usage.inputTokens + usage.outputTokens === 0) return undefined;
  return `${formatCount(usage.inputTokens)} + ${formatCount(usage.outputTokens)}`;
}

/** `0.0021`; what is less than the last digit says so. */
export function costText(cost: number): string {
  if (cost > 0 && cost < 0.0001) return 'less than 0.0001';
  return cost.toFixed(cost < 1 ? 4 : 2);
}

function errorText({ error }: { readonly error?: ErrorRecord | undefined }): string {
  return error === undefined ? 'no reason was recorded.' : printable(errorSentence(error));
}

/** What is told of an error that may have been told before. */
function onceText(data: { readonly error: ErrorRecord }, { saying = 'new' }: EventDetails): string {
  if (saying === 'new') return errorText(data);
  return saying === 'elsewhere' ? 'the same' : '';
}

/** Steps that are recorded and not in the code any more. */
export function notMetText({ keys, count }: RunEventData<'run.steps_not_met'>): string {
  const more = count > keys.length ? ` and ${count - keys.length} more` : '';
  const [were, they] = count === 1 ? ['was', 'it'] : ['were', 'they'];
  return `pipeline code changed: ${keys.map(readableKey).join(', ')}${more} ${were} recorded and ${were} not met; what ${they} did stands`;
}

/** Without a time it is tried again once the run is resumed; why it is not tried now is what the run says next. */
function againText({ error, delayMs }: RunEventData<'step.retrying'>): string {
  if (delayMs === undefined) return 'tried again once the run is resumed';
  return `${errorText({ error })} Again in ${formatDuration(delayMs)}.`;
}

function reasonLine(line: string, reason: string): string {
  return reason === '' ? line : `${line}: ${reason}`;
}

function waitText({ kind, until, model }: RunEventData<'run.waiting'>, now: number): string {
  if (model !== undefined) return `${printable(model)}, which is away; it is asked again until it answers`;
  return `${waitNames[kind]}${until === undefined ? '' : ` until ${untilWords(until, now)}`}`;
}

/** The one screen of `perdure up`: which model answers, where everything is, who may use it, what to try. Pure. */

import type { PipelineEntry } from '@perdure/contract';
import type { InstanceInfo } from '@perdure/home';
import type { LaunchStatus } from '@perdure/launcher';

import { formatDuration, printable } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
import { runCommand } from '../text/run-command.ts';
import { formatTable } from '../text/table.ts';
import type { ModelNews } from './watch-models.ts';

export interface UpScreen {
  readonly info: InstanceInfo;
  readonly root: string;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
  /** What can be run; empty where nobody could be asked. */
  readonly pipelines: readonly PipelineEntry[];
  /** Why the vaults are sealed; undefined: they are not. */
  readonly sealed?: string | undefined;
  /** How long the start took. */
  readonly took: string;
  /** How other machines reach it, as rows; absent: they do not. */
  readonly reached?: readonly (readonly [string, string])[] | undefined;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
}

const samplePrompt = 'Build a URL shortener service';
/** What `POST /pipeline` runs where none is named. */
const defaultPipeline = 'plan-and-review';

/** Of the project first: that is what somebody has just written. */
function tryLines({ pipelines, homeFlag, info }: UpScreen): readonly string[] {
  const own = pipelines.find(({ origin }) => origin === 'project');
  const shipped = pipelines.find(({ id }) => id === defaultPipeline);
  const first = own ?? shipped ?? pipelines[0];
  if (first === undefined) return [`  perdure pipelines new <id>${homeFlag}`];
  const command = runCommand(first, homeFlag);
  return [
    `  ${command.replace('<prompt>', `"${samplePrompt}"`)} --watch`,
    ...(shipped === undefined
      ? []
      : [
          `  perdure key --header${homeFlag} | curl -s -H @- ${info.url}/pipeline -H "Content-Type: application/json" -d '{"prompt":"${samplePrompt}"}'`,
        ]),
  ];
}

export function upScreen(screen: UpScreen, paint: Paint): string {
  const { info, root, homeFlag, sealed, took, reached = [], columns } = screen;
  const rows = [
    ['  Model', modelText(info.model)],
    ['  Address', info.url],
    ...reached.map(([name, value]) => [`  ${name}`, value]),
    ['  State', root],
    ['  Project', info.project],
    ['  Access', `${reached.length > 0 ? '' : 'this machine only, '}with the owner's key (perdure key${homeFlag})`],
    ...(sealed === undefined ? [] : [['  Vaults', paint('yellow', printable(sealed))]]),
  ];
  return [
    `${paint('bold', 'Perdure')} ${info.version} is up ${paint('dim', `after ${took}`)}`,
    '',
    ...formatTable(rows, { columns }),
    '',
    'Try, in another terminal:',
    ...tryLines(screen),
    '',
    paint('dim', 'Ctrl-C stops it. Unfinished runs go on at the next start.'),
  ].join('\n');
}

function modelText(model: InstanceInfo['model']): string {
  if (model.kind === 'configured') return model.id;
  return 'demo model: answers by rule, no key needed; AI_BASE_URL, AI_API_KEY and MODEL_ID name a real one';
}

export function modelNewsLine(
  news: ModelNews,
  { paint, homeFlag }: { readonly paint: Paint; readonly homeFlag: string },
): string {
  const model = printable(news.model);
  if (news.kind === 'model_back') return `${paint('green', '✓')} ${model} answers again`;
  const { reason, nextAt } = news;
  return `${paint('yellow', '!')} ${model} is away, and runs wait for it: ${printable(reason)} It is asked again at ${nextAt}; \`perdure runs resume${homeFlag}\` with a run that waits asks now.`;
}

export interface StatusOptions {
  /** Whether the screen was shown: until then it is what tells that the parts have started. */
  readonly isUp: boolean;
  readonly paint: Paint;
}

/** A change of a part, as far as it needs words, and what the part had to leave out. */
export function statusLines(status: LaunchStatus, { isUp, paint }: StatusOptions): string[] {
  switch (status.kind) {
    case 'starting':
    case 'stopping':
      return [];
    case 'ready': {
      const warnings = (status.warnings ?? []).map((warning) => `${paint('yellow', '!')} ${printable(warning)}`);
      return isUp ? [`${paint('green', '✓')} ${status.part} is ready`, ...warnings] : warnings;
    }
    case 'restarting':
      return isUp ? [`${paint('cyan', '↻')} ${status.part} is restarting: ${status.because}`] : [];
    case 'crashed':
      return [
        `${paint('red', '✗')} ${status.part} ended: ${status.why}; again in ${formatDuration(status.restartInMs)}`,
      ];
    default:
      return status satisfies never;
  }
}

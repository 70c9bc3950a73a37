/** Models and what was learnt of them, as text. Pure. */

import type { LearntFact, ModelAway, ModelEntry, ModelServerEntry, ModelsView } from '@perdure/contract';
import { formatCount, oneLine, printable, shellWord } from '../text/format.ts';
import { formatList } from '../text/table.ts';

export interface ModelsViewOptions {
  readonly homeFlag: string;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
}

export function modelsView({ servers, learnt, away }: ModelsView, options: ModelsViewOptions): string {
  const { homeFlag, columns } = options;
  const rows = servers.flatMap((server) =>
    server.models.length === 0 ? [serverRow(server)] : server.models.map((model) => modelRow(model, server)),
  );
  const headings = ['MODEL', 'KEY', 'CONTEXT', 'PRICES', 'FALLBACK', 'SERVER', 'ASKED BY'];
  const table = formatList(headings, rows, { empty: 'No models.', columns, spare: [2, 3, 4] });
  const parts = [table];
  if (away.length > 0) parts.push(away.map(awayLine).join('\n'));
  if (learnt.length > 0) parts.push(learntLines(learnt, homeFlag).join('\n'));
  return parts.join('\n\n');
}

function serverRow(server: ModelServerEntry): readonly string[] {
  return [`${server.name}/…`, keyOf(server), '-', '-', '-', placeOf(server), 'nobody'];
}

function modelRow(model: ModelEntry, server: ModelServerEntry): readonly string[] {
  const { name, isDefault, agents, contextTokens, prices, fallback } = model;
  const asking = [...(isDefault ? ['default'] : []), ...agents];
  return [
    printable(name),
    keyOf(server),
    formatCount(contextTokens),
    prices === undefined ? '-' : `${prices.input} / ${prices.output}`,
    fallback.length === 0 ? '-' : printable(fallback.join(', ')),
    placeOf(server),
    asking.length === 0 ? 'nobody' : asking.join(', '),
  ];
}

/** Where it lies, never what it is. */
function keyOf({ key, secrets = [] }: ModelServerEntry): string {
  const reference = secrets.find(({ name }) => name === 'key')?.reference;
  return reference === undefined ? key : printable(`vault:${reference}`);
}

function placeOf({ origin, api, proxy }: ModelServerEntry): string {
  return [origin, api, ...(proxy === undefined ? [] : [`through the proxy ${proxy}`])].join(' · ');
}

/** `groq/llama is away since …: …` */
function awayLine({ model, since, nextAt, reason, waiting }: ModelAway): string {
  const runs = waiting === 1 ? '1 run waits' : `${waiting} runs wait`;
  const next = waiting === 0 ? 'it is asked when a run needs it' : `${runs}, and it is asked again at ${nextAt}`;
  return `${printable(model)} is away since ${since}; ${next}: ${oneLine(reason, 300)}`;
}

function learntLines(learnt: readonly LearntFact[], homeFlag: string): readonly string[] {
  const forgettable = [...new Set(learnt.map(({ model }) => model))];
  return [
    ...learnt.map(learntLine),
    '',
    'To ask for everything again:',
    ...forgettable.map((model) => `  perdure models forget${homeFlag} ${shellWord(printable(model))}`),
  ];
}

function learntLine({ model, feature, schemaHash, reason, at }: LearntFact): string {
  const schema = schemaHash === '' ? '' : ` for the schema ${schemaHash.slice(0, 8)}`;
  return `${printable(model)} is asked without ${feature}${schema} since ${at.slice(0, 10)}: ${oneLine(reason, 200)}`;
}

/** What answers to the questions of a check say about the model. Pure. */

import type { Json } from '@perdure/contract';
import type { AnswerEnding } from '../turn/port.ts';
import { no, ok, type Answered, type CheckOutcome } from './outcome.ts';
import { celsius, thermometer } from './questions.ts';

/** What each ending means where an answer was wanted. */
const endings: Readonly<Record<Exclude<AnswerEnding, 'answered'>, string>> = {
  'tool-calls': 'It called a tool where none was offered; use another model.',
  length: 'It was cut off at its output limit; set maxOutputTokens higher, or switch its long thoughts off.',
  refused: 'It declined to answer a harmless question; use another model.',
  'content-filter': 'The server withheld the answer to a harmless question; look at its content filter.',
  'call-as-text':
    'It wrote the call of a tool as text; give the server the parser of tool calls that this model needs.',
  empty: 'It answered with nothing; a model that only thinks needs a higher maxOutputTokens.',
};

export function judgeAnswer({ result, ms }: Answered): CheckOutcome {
  const { ending, text } = result;
  if (ending !== 'answered') return no(ms, endings[ending]);
  return /oslo/i.test(text)
    ? ok(ms)
    : no(ms, `Asked for the capital of Norway it said ${quote(text)}; use another model.`);
}

/** `refused`: why a stream was refused. */
export function judgeStreaming({ pieces, ms }: Answered, refused: string | undefined): CheckOutcome {
  if (refused !== undefined) {
    return no(
      ms,
      `It is asked for whole answers, since it does not stream: ${refused}. Nothing need be done; text is shown when it is complete.`,
    );
  }
  if (pieces > 1) return ok(ms);
  return no(
    ms,
    'Its answer came in one piece; nothing need be done, but something between here and the model may hold streams back.',
  );
}

/** `refused`: why the schema was refused. */
export function judgeStructured({ result, ms }: Answered, refused: string | undefined): CheckOutcome {
  if (refused !== undefined) {
    return no(ms, `It takes no schema: ${refused}. Nothing need be done; agents tell it their contract in words.`);
  }
  const value = parse(result.text);
  if (isObject(value) && value['capital'] === 'Oslo' && typeof value['about'] === 'string') return ok(ms);
  return no(
    ms,
    `It takes a schema and does not keep to it: it said ${quote(result.text)}; agents will have to ask it again, so a stronger model is better.`,
  );
}

export function judgeTools({ result, ms }: Answered): CheckOutcome {
  const { ending, text, toolRequests } = result;
  if (ending === 'call-as-text') return no(ms, endings[ending]);
  const [request] = toolRequests;
  if (request === undefined) {
    return no(
      ms,
      `It was offered a tool and made up an answer, ${quote(text)}; use a model with tools for agents that have some.`,
    );
  }
  if (request.tool !== thermometer.id) {
    return no(
      ms,
      `It called ${quote(request.tool)}, which it was not offered; use another model for agents with tools.`,
    );
  }
  if ('malformed' in request) {
    return no(
      ms,
      `It called the tool with ${quote(request.malformed)}, which is not JSON; use another model for agents with tools.`,
    );
  }
  if (isObject(request.arguments) && typeof request.arguments['city'] === 'string') return ok(ms);
  return no(
    ms,
    `It called the tool with ${quote(JSON.stringify(request.arguments))} instead of a city; use another model for agents with tools.`,
  );
}

export function judgeToolAnswer({ result, ms }: Answered): CheckOutcome {
  const { ending, text } = result;
  if (ending === 'tool-calls')
    return no(ms, 'It was given what it asked the tool for, and asked again; use another model for agents with tools.');
  if (ending !== 'answered') return no(ms, endings[ending]);
  if (new RegExp(`\\b${celsius}\\b`).test(text)) return ok(ms);
  return no(ms, `The tool said ${celsius} and the model said ${quote(text)}; use another model for agents with tools.`);
}

/** Short, in one line, and nothing that a terminal would obey. */
function quote(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 59)}…` : line);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

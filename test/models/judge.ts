/** Holds what became of a shape against what is expected of it. Pure. */

import { isDeepStrictEqual } from 'node:util';
import type { PlayedRequest } from './player.ts';
import type { Expectation } from './shape.ts';

/** What became of the run that played a shape. */
export interface Observation {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly calls: readonly (readonly [tool: string, input: unknown])[];
  readonly requests: readonly PlayedRequest[];
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}

/** A sentence for each difference; none where all is as expected. */
export function faultsOf(expected: Expectation, seen: Observation): readonly string[] {
  const { output, calls, requests, refused, usage } = expected;
  const seenRefused = seen.requests.filter(({ refusal }) => refusal !== undefined).length;
  return [
    ...(seen.status === expected.status ? [] : [`it is ${seen.status}, not ${expected.status}${why(seen)}`]),
    ...(output === undefined ? [] : differ('the output', output, seen.output)),
    ...(calls === undefined
      ? []
      : differ('the calls', calls.map(written).toSorted(), seen.calls.map(written).toSorted())),
    ...(requests === undefined || seen.requests.length <= requests
      ? []
      : [`${seen.requests.length} requests were made, at most ${requests} may be`]),
    ...(refused === undefined ? [] : differ('the number of refused requests', refused, seenRefused)),
    ...(usage === undefined ? [] : differ('the usage', usage, seen.usage)),
    ...errorFaults(expected.error, seen.error),
    ...textFaults(expected, seen),
  ];
}

const written = (call: readonly [string, unknown]): string => `${call[0]} ${JSON.stringify(call[1])}`;

const why = ({ error }: Observation): string => (error === undefined ? '' : ` (${error.code}: ${error.message})`);

function differ(what: string, expected: unknown, seen: unknown): readonly string[] {
  if (isDeepStrictEqual(expected, seen)) return [];
  return [`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(expected)}`];
}

function errorFaults(expected: Expectation['error'], seen: Observation['error']): readonly string[] {
  if (expected === undefined) return [];
  if (seen === undefined) return ['there is no error'];
  const { code, says = [], neverSays = [] } = expected;
  return [
    ...(code === undefined || code === seen.code ? [] : [`the error is ${seen.code}, not ${code}: ${seen.message}`]),
    ...says
      .filter((pattern) => !pattern.test(seen.message))
      .map((one) => `the error does not say ${one}: ${seen.message}`),
    ...neverSays.filter((pattern) => pattern.test(seen.message)).map((one) => `the error says ${one}: ${seen.message}`),
  ];
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

function textFaults({ never = [], sends = [], sendsLast = [] }: Expectation, seen: Observation): readonly string[] {
  const taken = JSON.stringify([seen.output ?? null, seen.calls, seen.error?.message ?? null]);
  const sent = seen.requests.map(({ body }) => JSON.stringify(body));
  return [
    ...never.filter((text) => taken.includes(inJson(text))).map((text) => `"${text}" was taken`),
    ...sends
      .filter((text) => !sent.some((body) => body.includes(inJson(text))))
      .map((text) => `no request holds "${text}"`),
    ...sendsLast
      .filter((text) => sent.at(-1)?.includes(inJson(text)) !== true)
      .map((text) => `the last request does not hold "${text}"`),
  ];
}

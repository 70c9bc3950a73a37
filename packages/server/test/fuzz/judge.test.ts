/** A fuzzer whose judge sees nothing finds nothing: each fault is planted here once, and told. */

import { expect, test } from 'vitest';
import type { Operation } from './document.ts';
import { lookUp } from './document.ts';
import { faultsOf, formsOf, type Answer } from './judge.ts';

const error = { type: 'object', properties: { error: { type: 'string' } } };
const operation: Operation = {
  id: 'getThing',
  method: 'GET',
  path: '/api/v1/things/{id}',
  parameters: [],
  body: undefined,
  responses: {
    200: { 'application/json': { schema: { type: 'object', required: ['data'] } } },
    404: { 'application/json': { schema: error } },
    405: { 'application/json': { schema: error } },
    429: { 'application/json': { schema: error } },
    500: { 'application/json': { schema: error } },
  },
  isOpen: false,
  isOwners: false,
};
const usual = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-request-id': 'r',
  'content-type': 'application/json',
};
const good: Answer = { status: 200, headers: usual, text: '{"data":{}}', isStream: false };

const judge = async (more: Partial<Answer>, method = 'GET', path = '/api/v1/things/1') =>
  await faultsOf({
    method,
    what: lookUp([operation], method, path),
    answer: { ...good, ...more },
    canaries: [['the key', 'sk_canary_é']],
    check: async ({ required = [] }, value) =>
      required.filter((name) => !Object.hasOwn(value as object, name)).map((name) => `${name} is missing`),
  });

test('an answer as it should be has no fault, and neither has a refusal in words', async () => {
  expect(await judge({})).toEqual([]);
  expect(await judge({ status: 404, text: '{"error":"No such thing."}' })).toEqual([]);
  expect(await judge({ text: '' }, 'HEAD')).toEqual([]);
  expect(await judge({ status: 404, text: '{"error":"Nothing here."}' }, 'GET', '/elsewhere')).toEqual([]);
});

test.each<[string, Partial<Answer>, string]>([
  ['a failure', { status: 500, text: '{"error":"x"}' }, 'it failed with 500'],
  ['a status that is not in the document', { status: 201 }, '201 is not in the document'],
  ['a body off the document', { text: '{}' }, 'off the document: data is missing'],
  ['an array', { text: '[]' }, 'its body is no JSON object: []'],
  ['nothing', { text: '' }, 'its body is no JSON object: '],
  [
    'a text',
    { headers: { ...usual, 'content-type': 'text/plain' } },
    'its type is "text/plain", which the document does not say',
  ],
  ['an error without words', { status: 404, text: '{"error":{}}' }, 'it has no error in words'],
  ['a stack', { status: 404, text: '{"error":"at answer (app.ts:12:3)"}' }, 'it tells of the inside: at answer ('],
  ['no way to know when', { status: 429, text: '{"error":"x"}' }, '429 without Retry-After'],
  ['what may be kept', { headers: { ...usual, 'cache-control': undefined } }, 'cache-control is not no-store'],
  ['no id to ask with', { headers: { ...usual, 'x-request-id': undefined } }, 'there is no x-request-id'],
])('is told where an answer is %s', async (_what, answer, fault) => {
  expect(await judge(answer)).toEqual([fault]);
});

test('is told where a secret shows, however it is written', async () => {
  for (const form of formsOf('sk_canary_é')) {
    expect(await judge({ text: JSON.stringify({ data: { note: `x${form}x` } }) })).toEqual(['it tells the key']);
  }
});

test('is told where something is served that the document does not have', async () => {
  expect(await judge({}, 'GET', '/api/v1/hidden')).toEqual(['200 where the document has nothing']);
  expect(await judge({}, 'PUT')).toEqual(['200 where the document has nothing']);
  expect(await judge({ status: 405, text: '{"error":"x"}' }, 'PUT')).toEqual(['405 without Allow']);
});

/** Every recorded stream, cut, joined, spaced and broken off anywhere: the answer does not hang on where. */

import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, test } from 'vitest';
import { readStream, type StreamOutcome } from './read-stream.ts';
import { isPlain, recorded, type Recorded } from './recorded.ts';
import { callChunk, callsEnd, chunk } from './wire/chat.ts';
import { done, events } from './wire/sse.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

/** Cases for each stream: there are hundreds of them. */
const numRuns = 12;
const whole = { isWhole: true } as const;

const read = ({ api, bytes }: Recorded): StreamOutcome => readStream(api, [bytes], whole);
const named = (streams: readonly Recorded[]) => streams.map((stream) => [stream.name, stream] as const);
const plain = recorded.filter(isPlain);
const finished = plain.filter((stream) => stream.finish !== undefined && read(stream).kind === 'answered');

test('there is much to read', () => {
  expect(recorded.length).toBeGreaterThan(250);
  expect(plain.length).toBeGreaterThan(200);
  expect(finished.length).toBeGreaterThan(180);
  for (const api of ['chat', 'messages', 'responses']) {
    expect(finished.filter((stream) => stream.api === api).length).toBeGreaterThan(20);
  }
});

/** Cut at each of these places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
}

const eventsIn = ({ bytes }: Recorded): readonly string[] =>
  Buffer.from(bytes)
    .toString('utf8')
    .split(/(?<=\n\n)/);

const anyCuts = fc.array(fc.nat(), { maxLength: 30 });

describe('the same comes of it', () => {
  test.each(named(recorded))('%s: cut anywhere, also within a letter', (_name, stream) => {
    const expected = read(stream);
    fc.assert(
      fc.property(anyCuts, (cuts) => {
        expect(readStream(stream.api, pieces(stream.bytes, cuts), whole)).toEqual(expected);
      }),
      { numRuns },
    );
    const single = [...stream.bytes].map((byte) => Uint8Array.of(byte));
    expect(readStream(stream.api, single, whole)).toEqual(expected);
  });

  test.each(named(plain))('%s: with other ends of lines, cut within them too', (_name, stream) => {
    const expected = read(stream);
    fc.assert(
      fc.property(fc.constantFrom('\r\n', '\r'), anyCuts, (end, cuts) => {
        const bytes = Buffer.from(Buffer.from(stream.bytes).toString('utf8').replaceAll('\n', end));
        const outcome = readStream(stream.api, pieces(bytes, cuts), whole);
        // The last one may be half of a pair: that its line has ended is then known only at the end of all.
        if (end === '\r' && expected.kind !== 'answered') expect(outcome.kind).not.toBe('answered');
        else expect(outcome).toEqual(expected);
      }),
      { numRuns },
    );
  });

  const noise = fc.constantFrom(
    ': comment\n\n',
    ':\n',
    '\n',
    '\n\n',
    'data:\n\n',
    ': {"choices":[]}\n\n',
    'retry: 100\n',
    'id: 7\n\n',
  );
  test.each(named(plain))('%s: with comments and empty events between', (_name, stream) => {
    const expected = read(stream);
    const parts = eventsIn(stream);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: parts.length }), noise), { maxLength: 12 }), (noises) => {
        const text = parts.map(
          (part, at) =>
            noises
              .filter(([place]) => place === at)
              .map(([, one]) => one)
              .join('') + part,
        );
        expect(
          readStream(
            stream.api,
            text.map((one) => Buffer.from(one)),
            whole,
          ),
        ).toEqual(expected);
      }),
      { numRuns },
    );
  });

  test.each(named(finished))('%s: ended at any byte behind the finish', (_name, stream) => {
    const expected = read(stream);
    const { finish, api, bytes } = stream;
    fc.assert(
      fc.property(fc.integer({ min: finish?.end ?? 0, max: bytes.length }), fc.boolean(), (at, isWhole) => {
        expect(readStream(api, [bytes.subarray(0, at)], { isWhole })).toEqual(expected);
      }),
      { numRuns: 2 * numRuns },
    );
  });
});

describe('no success comes of it', () => {
  test.each(named(finished))('%s: torn at any byte before the finish', (_name, stream) => {
    const { finish, api, bytes } = stream;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: finish?.begin ?? 0 }), fc.boolean(), (at, isWhole) => {
        expect(readStream(api, [bytes.subarray(0, at)], { isWhole }).kind).not.toBe('answered');
      }),
      { numRuns: 2 * numRuns },
    );
  });

  const documents = recorded.filter(
    (stream) => stream.bytes.indexOf('{'.charCodeAt(0)) === 0 && read(stream).kind === 'answered' && !isPlain(stream),
  );
  test.each(named(documents))('%s: a document torn at any byte', (_name, { api, bytes }) => {
    const last = Buffer.from(bytes).lastIndexOf('}');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: last }), fc.boolean(), (at, isWhole) => {
        expect(readStream(api, [bytes.subarray(0, at)], { isWhole }).kind).not.toBe('answered');
      }),
      { numRuns: 2 * numRuns },
    );
  });
});

/** The pieces of all calls by turns: `picks` says whose is next. */
function mixed<T>(lists: readonly (readonly T[])[], picks: readonly number[]): readonly T[] {
  const open = lists.map((list) => [...list]);
  const order: T[] = [];
  for (let at = 0; open.some((list) => list.length > 0); at += 1) {
    const left = open.filter((list) => list.length > 0);
    const next = left[(picks[at] ?? 0) % left.length]?.shift();
    if (next !== undefined) order.push(next);
  }
  return order;
}

describe('calls in any order', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const calls = fc.uniqueArray(fc.record({ city: text, note: text }), {
    minLength: 1,
    maxLength: 4,
    selector: (one) => one.city,
  });

  test('pieces of calls that come by turns are put together by id and index', () => {
    fc.assert(
      fc.property(
        calls,
        fc.array(fc.nat({ max: 9 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (inputs, picks, size) => {
          const lists = inputs.map((input, index) => {
            const args = JSON.stringify(input).match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
            return [
              callChunk({ index, id: `call_${index}`, name: 'lookup', args: '' }),
              ...args.map((one) => callChunk({ index, args: one })),
            ];
          });
          const bytes = Buffer.from(
            [...events(chunk({ role: 'assistant' }), ...mixed(lists, picks), callsEnd), done].join(''),
          );
          const outcome = readStream('chat', [bytes], whole);
          const seen = outcome.kind === 'answered' ? outcome.calls : [];
          expect(
            new Map(seen.map((one) => [(one as { id: string }).id, (one as { arguments?: unknown }).arguments])),
          ).toEqual(new Map(inputs.map((input, index) => [`call_${index}`, input])));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('whole calls of one index are told apart by their ids', () => {
    fc.assert(
      fc.property(calls, (inputs) => {
        const chunks = inputs.map((input, at) =>
          callChunk({ index: 0, id: `call_${at}`, name: 'lookup', args: JSON.stringify(input) }),
        );
        const outcome = readStream('chat', [Buffer.from([...events(...chunks, callsEnd), done].join(''))], whole);
        expect(outcome.kind === 'answered' ? outcome.calls : []).toEqual(
          inputs.map((input, at) => ({ id: `call_${at}`, tool: 'lookup', arguments: input })),
        );
      }),
      { numRuns: 200 },
    );
  });
});

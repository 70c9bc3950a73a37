import { describe, expect, test } from 'vitest';
import { EventSplitter, type WireEvent } from '../../src/wire/events.ts';
import { Oddity } from '../../src/wire/oddity.ts';

/** What is read of a text, cut into bytes of `size`. */
function eventsOf(text: string, { size = 7, isWhole = true } = {}) {
  const events: WireEvent[] = [];
  const splitter = new EventSplitter((event) => events.push(event));
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) splitter.add(splitter.decode(bytes.subarray(at, at + size)));
  splitter.end({ isWhole });
  return events.map((event) => (event.kind === 'json' ? event.data : 'end'));
}

describe('the events of a stream', () => {
  test.each([
    ['line feeds', 'data: {"n":1}\n\ndata: {"n":2}\n\n'],
    ['carriage returns and line feeds', 'data: {"n":1}\r\n\r\ndata: {"n":2}\r\n\r\n'],
    ['carriage returns', 'data: {"n":1}\r\rdata: {"n":2}\r\r'],
    ['no space behind the colon', 'data:{"n":1}\n\ndata:{"n":2}\n\n'],
    ['no empty line behind the last', 'data: {"n":1}\n\ndata: {"n":2}'],
    ['no empty line between them', 'data: {"n":1}\ndata: {"n":2}\n\n'],
    ['a byte order mark', '\uFEFFdata: {"n":1}\n\ndata: {"n":2}\n\n'],
    [
      'comments and words that keep the connection open',
      ': OPENROUTER PROCESSING\n\ndata: {"n":1}\n\ndata: ping\n\ndata: {"n":2}\n\n',
    ],
    ['events without data', 'event: ping\n\ndata: {"n":1}\n\ndata:\n\nid: 7\n\ndata: {"n":2}\n\n'],
    ['one event over several lines', 'data: {"n":\ndata: 1}\n\ndata: {"n":2}\n\n'],
    ['lines of JSON without the marks of events', '{"n":1}\n{"n":2}\n'],
  ])('are read with %s, wherever they are cut', (_case, text) => {
    for (const size of [1, 2, 3, 7, 1_000]) expect(eventsOf(text, { size })).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('end with [DONE], in whatever letters', () => {
    expect(eventsOf('data: {"n":1}\n\ndata: [DONE]\n\n')).toEqual([{ n: 1 }, 'end']);
    expect(eventsOf('data: {"n":1}\ndata: [done]')).toEqual([{ n: 1 }, 'end']);
  });

  test('that are not JSON are odd in the middle, and cut off at the end', () => {
    expect(() => eventsOf('data: {{{\n\ndata: {"n":2}\n\n')).toThrow(new Oddity('it', 'not JSON'));
    expect(eventsOf('data: {"n":1}\n\ndata: {"n":')).toEqual([{ n: 1 }]);
  });

  test('keep characters whole that are cut in two', () => {
    for (const size of [1, 2, 3]) expect(eventsOf('data: {"n":"é€😀"}\n\n', { size })).toEqual([{ n: 'é€😀' }]);
  });
});

describe('a document where a stream was asked for', () => {
  test('is one event, pretty or not', () => {
    expect(eventsOf('  {\n  "n": 1\n}\n')).toEqual([{ n: 1 }]);
  });

  test('that is not JSON is odd where it came whole, and cut off where it did not', () => {
    expect(() => eventsOf('{"n": 1')).toThrow(Oddity);
    expect(eventsOf('{"n": 1', { isWhole: false })).toEqual([]);
  });

  test('that is a web page is no event, and told', () => {
    const splitter = new EventSplitter(() => undefined);
    splitter.add('<html><body>Welcome</body></html>');
    splitter.end({ isWhole: true });
    expect(splitter.isMarkup).toBe(true);
  });
});

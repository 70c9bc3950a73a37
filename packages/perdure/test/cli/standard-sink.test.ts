import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { standardSink } from '../../src/cli/standard-sink.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'perdure-sink-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A sink on what is opened there, with what came to the stream behind it, and what went wrong. */
function sinkOn(path: string, flags: number | string) {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  const streamed: string[] = [];
  const failures: string[] = [];
  const write = (part: Uint8Array | string) => streamed.push(Buffer.from(part as Uint8Array).toString()) > 0;
  const sink = standardSink(fd, { open: () => ({ write }), failed: ({ code = '' }) => void failures.push(code) });
  return { fd, sink, streamed, failures };
}

test('the first words go out without a stream, and all after 4096 bytes by one, in their order', () => {
  const path = join(folder(), 'out');
  const { sink, streamed } = sinkOn(path, 'w');
  sink.write('zwölf\n');
  sink.write('a lone \ud800\n');
  expect([readFileSync(path, 'utf8'), streamed]).toEqual(['zwölf\na lone \ufffd\n', []]);
  sink.write('x'.repeat(4096));
  sink.write('last');
  expect([readFileSync(path, 'utf8'), streamed]).toEqual(['zwölf\na lone \ufffd\n', ['x'.repeat(4096), 'last']]);
});

test('what a full pipe does not take is left to the stream, and so is all that follows', () => {
  const path = join(folder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const { fd, sink, streamed, failures } = sinkOn(path, constants.O_RDWR | constants.O_NONBLOCK);
  const fill = () => {
    for (;;) writeSync(fd, Buffer.alloc(4096));
  };
  expect(fill).toThrow('EAGAIN');
  sink.write('one');
  sink.write('two');
  expect([streamed, failures]).toEqual([['one', 'two'], []]);
});

test('a reader that is gone is told as a stream would tell it', () => {
  const path = join(folder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const { sink, streamed, failures } = sinkOn(path, constants.O_WRONLY | constants.O_NONBLOCK);
  closeSync(reader);
  sink.write('to nobody');
  expect([streamed, failures]).toEqual([[], ['EPIPE']]);
});

test('a terminal, or another device, gets the stream of Node with its width', () => {
  const { sink, streamed } = sinkOn('/dev/null', 'w');
  sink.write('shown');
  expect(streamed).toEqual(['shown']);
});

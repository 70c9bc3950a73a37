import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { ensureHome, renewEngineKey } from '@perdure/home';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { serveEndpoint } from '../src/restate/endpoint.ts';

/** A worker on a socket, and the door of anybody to it. */
async function stage() {
  const root = tempFolder();
  const socket = join(root, 'worker.sock');
  const [driven, lines]: [string[], string[]] = [[], []];
  const endpoint = await serveEndpoint({
    at: { socket },
    engineKey: renewEngineKey(ensureHome(root)),
    drive: async (runId) => void driven.push(runId),
    log: (line) => void lines.push(line),
  });
  onTestFinished(() => endpoint.close());
  const call = (): ClientHttp2Session => {
    const session = connect('http://worker', { createConnection: () => createConnection(socket) });
    session.on('error', () => undefined);
    onTestFinished(() => session.destroy());
    return session;
  };
  return { socket, driven, lines, call };
}

const forged = {
  'x-restate-signature-scheme': 'v1',
  'x-restate-jwt-v1': 'eyJhbGciOiJFZERTQSIsImtpZCI6InB1YmxpY2tleXYxX3gifQ.e30.AAAA',
};

test.for([
  ['discovery', { ':path': '/discover' }],
  [
    'a drive',
    {
      ':path': '/invoke/perdure_run/drive',
      ':method': 'POST',
      'content-type': 'application/vnd.restate.invocation.v5',
    },
  ],
  ['a drive whose signature is forged', { ':path': '/invoke/perdure_run/drive', ':method': 'POST', ...forged }],
] as const)(
  '%s that the engine has not signed is not taken, nor read to its end: its connection ends',
  async ([, head]) => {
    const { call, driven, lines } = await stage();
    const session = call();
    const stream = session.request({ ...head }, { endStream: false });
    stream.on('error', () => undefined);
    // Announces a message of almost 4 GiB, and never ends it.
    stream.write(Buffer.from([0, 0, 0, 0, 0xff, 0xff, 0xff, 0xf0]));
    await once(session, 'close');
    expect({ driven, lines }).toEqual({ driven: [], lines: [] });
  },
);

test('the socket is for its own account alone', async () => {
  const { socket } = await stage();
  expect(statSync(socket).mode & 0o777).toBe(0o600);
});

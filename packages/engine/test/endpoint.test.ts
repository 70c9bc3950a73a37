import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { ensureHome, renewEngineKey } from '@perdure/home';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { serveEndpoint } from '../src/restate/endpoint.ts';

/** A worker that is handed its callers, and the door of anybody to it. */
async function stage() {
  const root = tempFolder();
  const [driven, lines]: [string[], string[]] = [[], []];
  const endpoint = await serveEndpoint({
    engineKey: renewEngineKey(ensureHome(root)),
    drive: async (runId) => void driven.push(runId),
    log: (line) => void lines.push(line),
  });
  const door = createServer({ pauseOnConnect: true }, endpoint.take).listen(0, '127.0.0.1');
  onTestFinished(() => void door.close());
  onTestFinished(() => endpoint.close());
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const call = (): ClientHttp2Session => {
    const session = connect('http://worker', { createConnection: () => createConnection(port) });
    session.on('error', () => undefined);
    onTestFinished(() => session.destroy());
    return session;
  };
  return { driven, lines, call };
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

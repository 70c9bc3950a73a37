import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureHome, identityOf, writeInstance } from '@perdure/home';
import { freePorts } from '@perdure/testing';
import { expect, onTestFinished, test } from 'vitest';
import { listeningInodes } from '../src/port-holder.ts';
import { ensurePortsFree } from '../src/ports.ts';

test('a busy port is refused with its number, the process that has it, and the flag that chooses another', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(ensurePortsFree([{ port, use: 'worker', flag: '--worker-port' }])).rejects.toMatchObject({
    code: 'port_busy',
    message: expect.stringMatching(
      new RegExp(
        `^Port ${port} \\(worker\\) is in use by process ${process.pid} \\(node.*\\): choose another one with --worker-port\\.$`,
      ),
    ),
  });
});

test.runIf(process.platform === 'linux')(
  'a port that another Perdure has is told with its state root and how to stop it',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'perdure-ports-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const listening =
      "require('node:net').createServer().listen(0,'127.0.0.1',function(){console.log(this.address().port)})";
    const part = spawn(process.execPath, ['-e', listening], {
      env: { PERDURE_HOME: root },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void part.kill());
    const [told] = (await once(part.stdout, 'data')) as [Buffer];
    const port = Number(told.toString());
    writeInstance(ensureHome(root), {
      ...identityOf(process.pid)!,
      port,
      workerPort: 0,
      url: `http://127.0.0.1:${port}`,
      version: '0.1.0',
      project: root,
      model: { kind: 'demo', id: 'demo-model' },
      processes: { server: identityOf(part.pid ?? 0)! },
    });
    await expect(ensurePortsFree([{ port, use: 'server', flag: '--port' }])).rejects.toMatchObject({
      message: `Port ${port} (server) is in use by Perdure of ${root} (process ${part.pid}): stop it with \`perdure down --home ${root}\`, or choose another port with --port.`,
    });
  },
);

test('ports that are free pass and stay free', async () => {
  const [port = 0] = await freePorts(1);
  const uses = [{ port, use: 'server', flag: '--port' }];
  await ensurePortsFree(uses);
  await ensurePortsFree(uses);
});

test('an address that this machine does not have is refused as that, and a port for all others is looked at on all', async () => {
  const [port = 0] = await freePorts(1);
  const door = { port, use: 'server, for other machines', flag: '--public-port' };
  await expect(ensurePortsFree([{ ...door, host: '192.0.2.7' }])).rejects.toMatchObject({
    code: 'config_invalid',
    message: '192.0.2.7 is no address of this machine: give one that it has with --listen.',
  });
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  for (const host of ['all', '127.0.0.1', '0.0.0.0']) {
    await expect(ensurePortsFree([{ ...door, host }])).rejects.toMatchObject({ code: 'port_busy' });
  }
});

test('one port for two things is refused before anything is tried', async () => {
  const uses = [
    { port: 7373, use: 'server', flag: '--port' },
    { port: 7373, use: 'worker', flag: '--worker-port' },
  ];
  await expect(ensurePortsFree(uses)).rejects.toThrow('Port 7373 is given to both the server and the worker');
});

test('of the sockets in the kernel table only those that listen on the port count', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1CCD 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0 100 0 0 10 0
   1: 0100007F:1CCD 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000  1000        0 222 1 0 20 4 30 10 -1
   2: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0`;
  expect(listeningInodes(table, 7373)).toEqual(['111']);
  expect(listeningInodes(table, 2024)).toEqual(['333']);
});

/** Whose a port is, read from what Linux shows to everybody. */

import { expect, it } from 'vitest';
import { isOthers, listeningIn } from '../../src/openclaw/listening.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const own = 1_001;

const table = [
  head,
  '   0: 0100007F:49DE 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1002        0 90 1 0000000000000000',
  '   1: 0100007F:49DF 0100007F:49DE 01 00000000:00000000 00:00000000 00000000  1002        0 91 1 0000000000000000',
  '   2: 0100007F:49E0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 92 1 0000000000000000',
  '   3: 00000000:49E1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 93 1 0000000000000000',
  '   4: 0100007F:49E2 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1002        0 94 1 0000000000000000',
  '   5: 00000000:49E2 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 95 1 0000000000000000',
  '',
].join('\n');

it.each([
  ['another account listens on it', 18_910, true],
  ['another account only speaks from it', 18_911, false],
  ['we listen on it', 18_912, false],
  ['root listens on it, perhaps for a container', 18_913, false],
  ['we listen on it as well', 18_914, false],
  ['nobody listens on it', 18_915, false],
])('of a port it is said whether it is of others: %s', (_what, port, expected) => {
  expect(isOthers(listeningIn(table, port), own)).toBe(expected);
});

it('a socket is named as links of open files name it', () => {
  expect(listeningIn(table, 18_910)).toEqual([{ uid: 1_002, socket: 'socket:[90]' }]);
});

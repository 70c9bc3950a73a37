/** Failures of an instance: its storage, its settings, its processes. */

import type { ErrorEntry } from '../errors/entry.ts';

export const instanceErrors = {
  storage_full: {
    httpStatus: 507,
    retryable: true,
    exitCode: 6,
    title: 'Storage full',
    hint: 'Free disk space; everything acknowledged is kept and work goes on by itself.',
  },
  storage_read_only: {
    httpStatus: 503,
    retryable: false,
    exitCode: 6,
    title: 'Storage read-only',
    hint: 'Make the state root writable for this account.',
  },
  storage_corrupt: {
    httpStatus: 503,
    retryable: false,
    exitCode: 10,
    title: 'Storage corrupt',
    hint: 'Stop, keep a copy of the state root, and restore the database from a backup.',
  },
  storage_replaced: {
    httpStatus: 503,
    retryable: false,
    exitCode: 10,
    title: 'Storage replaced',
    hint: 'Stop Perdure, put the right database in its place, and start it again.',
  },
  storage_newer: {
    httpStatus: 503,
    retryable: false,
    exitCode: 10,
    title: 'Storage of a newer version',
    hint: 'Update Perdure, or choose another state root with `--home`.',
  },
  storage_foreign: {
    httpStatus: 503,
    retryable: false,
    exitCode: 10,
    title: 'Not our database',
    hint: 'Choose another state root with `--home`, or add our tables to this database with `perdure up --init`.',
  },
  home_refused: {
    httpStatus: 503,
    retryable: false,
    exitCode: 10,
    title: 'Not a state root of this account on this machine',
    hint: 'Choose another state root with `--home` or `PERDURE_HOME`.',
  },
  config_invalid: {
    httpStatus: 500,
    retryable: false,
    exitCode: 2,
    title: 'Invalid configuration',
    hint: '`perdure config explain` shows each value with its source.',
  },
  already_running: {
    httpStatus: 409,
    retryable: false,
    exitCode: 8,
    title: 'Already running',
    hint: '`perdure status` shows it; `perdure down` stops it.',
  },
  port_busy: {
    httpStatus: 503,
    retryable: false,
    exitCode: 8,
    title: 'Port busy',
    hint: 'Choose another port with the flag named in the message.',
  },
  engine_missing: {
    httpStatus: 503,
    retryable: false,
    exitCode: 6,
    title: 'Engine binary missing',
    hint: 'Run `npm install` without `--omit=optional`.',
  },
} as const satisfies Record<string, ErrorEntry>;

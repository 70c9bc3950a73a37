/**
 * `npm run db:migrate`: brings the database of the state root to this version's schema. Not needed in daily life, since
 * every start does it; here for those who want it done, and seen, before they start.
 */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { openDatabase, schemaVersionOf } from '@perdure/db';
import { ensureHome, locateHome } from '@perdure/home';
import { reportFailure } from 'perdure/cli';

try {
  const { root } = locateHome({ env: process.env, cwd: process.cwd(), homedir: homedir(), exists: existsSync });
  const { database: path } = ensureHome(root);
  const database = await openDatabase({ path });
  const version = schemaVersionOf(database);
  database.close();
  process.stderr.write(`${path} is at schema ${version}.\n`);
} catch (error) {
  process.exitCode = reportFailure(process, error, { json: false, debug: false });
}

/** What the entry of the installed fake runs. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { behaviourOf, whileHeld } from './behaviour.ts';
import { findHome } from './home.ts';
import { runGateway } from './run.ts';
import { words } from './words.ts';

/** `folder`: of the package. */
export async function main(folder: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  const { said, flags } = parse(process.argv.slice(2));
  const home = findHome(flags.get('profile'), process.env);
  if (flags.has('version')) {
    process.stdout.write(`OpenClaw ${version} (fake)\n`);
    return;
  }
  const line = said.join(' ');
  if (line === 'gateway' || line === 'gateway run') {
    const port = flags.get('port');
    const given = { home, folder: resolve(folder), version, port: port === undefined ? undefined : Number(port) };
    process.exit(await runGateway(given));
  }
  const word = words[line];
  if (word === undefined) {
    process.stderr.write(`error: unknown command '${line}'\n`);
    process.exitCode = 1;
    return;
  }
  await whileHeld(behaviourOf(resolve(folder), home.handle), line);
  const { out, code } = await word({ home, flags, version });
  process.stdout.write(`${JSON.stringify(out, undefined, 2)}\n`);
  process.exitCode = code;
}

const switches: ReadonlySet<string> = new Set(['json', 'verify', 'version', 'force', 'verbose', 'allow-unconfigured']);

/** Words, and `--flag value`. */
function parse(argv: readonly string[]): {
  readonly said: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
} {
  const said: string[] = [];
  const flags = new Map<string, string>();
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    const name = word.replace(/^--/, '');
    if (name === word) said.push(word);
    else if (switches.has(name)) flags.set(name, '');
    else flags.set(name, argv[(at += 1)] ?? '');
  }
  return { said, flags };
}

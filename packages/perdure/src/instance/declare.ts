/** Commands about what runs on this machine. */

import { settingsTable, type SettingName } from '@perdure/home';
import { Option, type Command } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { withSpeaker, type CommonOptions } from '../cli/options.ts';
import type { BackupOptions } from './backup.ts';
import type { InitOptions } from './init.ts';
import type { KeyOptions } from './key.ts';
import type { StatusOptions } from './status.ts';
import type { UpOptions } from './up.ts';

export function declareInstance({ program, rim, run }: Declaration): void {
  const up = leaf(program, 'up', {
    summary: 'Start everything and stay in the foreground; Ctrl-C stops it',
    example: 'perdure up --demo',
  })
    .option('--demo', 'answer with the demo model even where a model is configured')
    .option('--quiet', 'tell of its parts and of models alone, not of runs')
    .option('--hold', 'hold every unfinished run until it is resumed, as after restoring a backup')
    .option('--take-over', 'of a copied state root: this one is the root from now on; unfinished runs are held')
    .option('--as-copy', 'of a copied state root: this one is another root, with its own key; unfinished runs are held')
    .option('--public', 'answer other machines too: over TLS, or through a proxy that ends it')
    .option('--init', 'add our tables to a database in the state root that another program made');
  withSettings(up).action(run(async (options: UpOptions) => (await import('./up.ts')).up(rim, options)));

  leaf(program, 'down', {
    summary: 'Stop what `perdure up` started; unfinished runs go on at the next start',
    example: 'perdure down',
  }).action(run(async (options: CommonOptions) => (await import('./down.ts')).down(rim, options)));

  leaf(program, 'status', {
    summary: 'Whether it runs, where, and how its parts are',
    example: 'perdure status --json',
  })
    .option('--strict', 'end with 6 unless every part is well; else only where it is down')
    .action(run(async (options: StatusOptions) => (await import('./status.ts')).status(rim, options)));

  const key = leaf(program, 'key', {
    summary: "Print the owner's key, or one that is kept, for `Authorization: Bearer <key>`",
    example: 'perdure key --header | curl -s -H @- http://127.0.0.1:7373/api/v1/runs',
  })
    .option('--header', 'as the whole header line, for `curl -H @-`: an argument can be read by every account')
    .action(run(async (options: KeyOptions) => (await import('./key.ts')).key(rim, options)));
  withSpeaker(key);

  leaf(program, 'init', {
    summary: 'Make the working folder a project: creates .perdure/',
    example: 'perdure init --example',
  })
    .option('--example', 'with an agent and a pipeline that run as they are')
    .action(run(async (options: InitOptions) => (await import('./init.ts')).init(rim, options)));

  leaf(program, 'backup <folder>', {
    summary: 'Copy what cannot be made anew into a new folder, also while everything runs',
    example: 'perdure backup /mnt/usb/perdure-monday',
  })
    .option('--with-archives', 'take the archives of agents along; where they lie is said without it')
    .option('--without-vault-key', 'leave out the key of the vaults, without which nobody opens their values')
    .action(
      run(async (folder: string, options: BackupOptions) => (await import('./backup.ts')).backup(rim, folder, options)),
    );

  leaf(program, 'restore <folder>', {
    summary: 'Make a state root of a backup where there is none; what was unfinished is held at the next start',
    example: 'perdure restore /mnt/usb/perdure-monday --home ~/restored',
  }).action(
    run(async (folder: string, options: CommonOptions) => (await import('./restore.ts')).restore(rim, folder, options)),
  );

  leaf(program, 'trust [folder]', {
    summary: 'Adopt a state root that came from elsewhere, and show what is in it; nothing of it is run',
    example: 'perdure trust ./.perdure',
  }).action(
    run(async (folder: string | undefined, options: CommonOptions) =>
      (await import('./trust.ts')).trust(rim, folder, options),
    ),
  );

  const config = noun(program, 'config', 'Settings');
  leaf(config, 'explain', {
    summary: 'Each setting with its value and where it comes from',
    example: 'perdure config explain',
  }).action(run(async (options: CommonOptions) => (await import('./config-explain.ts')).explainConfig(rim, options)));
}

/** A flag for each setting that has one; commander hands its text over under the setting's own name. */
function withSettings(command: Command): Command {
  for (const name of Object.keys(settingsTable) as SettingName[]) {
    const { flag, meaning, default: preset } = settingsTable[name];
    if (flag === undefined) continue;
    const option = new Option(`${flag} <value>`, preset === undefined ? meaning : `${meaning} (default: ${preset})`);
    // A flag reads as an order (--enable-tools), a setting as a fact (enabledTools).
    option.attributeName = () => name;
    command.addOption(option);
  }
  return command;
}

/** Commands about vaults: who is in them, what lies there, and how it is given. */

import { vaultRoles } from '@perdure/contract';
import { Argument, Option, type Command } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { repeated, span, wholeNumber, withSpeaker, type CommonOptions } from '../cli/options.ts';
import type { ExecOptions } from './exec.ts';
import type { GrantOptions } from './grants.ts';
import type { FieldOptions, PutOptions } from './give.ts';
import type { GetOptions, LeaseOptions } from './leases.ts';
import type { AddMemberOptions, AuditOptions, CreateVaultOptions } from './vaults.ts';

type Part = Pick<Declaration, 'program' | 'rim' | 'run'>;

export function declareVault({ program, rim, run }: Declaration): void {
  const vault = noun(program, 'vault', 'Credentials: sealed, given for a reason and a time, never listed');
  const part = { program: vault, rim, run };
  declareVaults(part);
  declareMembers(part);
  declareGiving(part);
  declareLeases(part);
  declareGrants(part);
  declareUses(part);
  declareRoot(part);
  withSpeaker(vault);
}

function declareVaults({ program: vault, rim, run }: Part): void {
  leaf(vault, 'list', {
    summary: 'The vaults there are, and what you are in each',
    example: 'perdure vault list',
  }).action(run(async (options: CommonOptions) => (await import('./vaults.ts')).listVaults(rim, options)));
  leaf(vault, 'create <name>', {
    summary: 'A new vault, of which you are the owner',
    example: 'perdure vault create scout-main',
  })
    .option('--description <text>', 'what it is for')
    .action(
      run(async (name: string, options: CreateVaultOptions) =>
        (await import('./vaults.ts')).createVault(rim, name, options),
      ),
    );
  leaf(vault, 'delete <vault> [item]', {
    summary: 'Delete an item; without one, the vault and all that is in it. For good',
    example: 'perdure vault delete scout-main github',
  }).action(
    run(async (name: string, item: string | undefined, options: CommonOptions) =>
      (await import('./vaults.ts')).deleteVault(rim, { vault: name, item }, options),
    ),
  );
  leaf(vault, 'rekey <vault>', {
    summary: 'Seal all of a vault under a new key; values stay as they are',
    example: 'perdure vault rekey scout-main',
  }).action(
    run(async (name: string, options: CommonOptions) => (await import('./vaults.ts')).rekeyVault(rim, name, options)),
  );
  leaf(vault, 'items <vault>', {
    summary: 'What lies in a vault, masked',
    example: 'perdure vault items scout-main',
  }).action(
    run(async (name: string, options: CommonOptions) => (await import('./vaults.ts')).listItems(rim, name, options)),
  );
  leaf(vault, 'audit <vault>', {
    summary: 'What was done with a vault and by whom, newest first',
    example: 'perdure vault audit scout-main',
  })
    .option('--limit <n>', 'at most this many', wholeNumber('--limit', 1, 1000), 50)
    .action(
      run(async (name: string, options: AuditOptions) => (await import('./vaults.ts')).listAudit(rim, name, options)),
    );
}

function declareMembers({ program: vault, rim, run }: Part): void {
  leaf(vault, 'members <vault>', {
    summary: 'Who is in a vault, and what they are in it',
    example: 'perdure vault members scout-main',
  }).action(
    run(async (name: string, options: CommonOptions) => (await import('./vaults.ts')).listMembers(rim, name, options)),
  );
  leaf(vault, 'add <vault> <handle>', {
    summary: 'Take somebody into a vault',
    example: 'perdure vault add scout-main scout --role member',
  })
    .addOption(new Option('--role <role>', 'what they are in it').choices(vaultRoles).default('member'))
    .action(
      run(async (name: string, handle: string, options: AddMemberOptions) =>
        (await import('./vaults.ts')).addMember(rim, { vault: name, handle }, options),
      ),
    );
  leaf(vault, 'remove <vault> <handle>', {
    summary: 'Take somebody out of a vault',
    example: 'perdure vault remove scout-main scout',
  }).action(
    run(async (name: string, handle: string, options: CommonOptions) =>
      (await import('./vaults.ts')).removeMember(rim, { vault: name, handle }, options),
    ),
  );
}

/** Where the value comes from. */
function withValue(command: Command): Command {
  return command
    .option('--field <key>', 'the key of its one field', 'value')
    .option('--from <file>', 'read the value from a file (default: stdin)')
    .option('--object', 'the value is a JSON object of several fields');
}

function declareGiving({ program: vault, rim, run }: Part): void {
  const puts = [
    ['put', 'Put an item into a vault; its value comes on stdin or from a file'],
    ['drop', 'The same into a vault whose values you may not be given'],
  ] as const;
  for (const [verb, summary] of puts) {
    withValue(
      leaf(vault, `${verb} <vault> <item>`, {
        summary,
        example: `perdure vault ${verb} scout-main github --field token --from token.txt`,
      }),
    )
      .option('--type <type>', 'what it is', 'login')
      .option('--approval', 'give it only where an admin agrees')
      .action(
        run(async (name: string, item: string, options: PutOptions) =>
          (await import('./give.ts')).putItem(rim, { vault: name, item, isDrop: verb === 'drop' }, options),
        ),
      );
  }
  withValue(
    leaf(vault, 'rotate <vault> <item>', {
      summary: 'Give an item another value; what it held is gone',
      example: 'perdure vault rotate scout-main github --field token --from token.txt',
    }),
  ).action(
    run(async (name: string, item: string, options: FieldOptions) =>
      (await import('./give.ts')).rotateItem(rim, { vault: name, item }, options),
    ),
  );
}

function declareLeases({ program: vault, rim, run }: Part): void {
  leaf(vault, 'lease <vault> <item>', {
    summary: 'Ask for a lease of an item',
    example: 'perdure vault lease scout-main github --reason "deploy" --for 1h',
  })
    .requiredOption('--reason <text>', 'what it is for')
    .option('--for <span>', 'how long it lasts', span('--for'), 900_000)
    .action(
      run(async (name: string, item: string, options: LeaseOptions) =>
        (await import('./leases.ts')).requestLease(rim, { vault: name, item }, options),
      ),
    );
  leaf(vault, 'leases', { summary: 'Leases, newest first', example: 'perdure vault leases' }).action(
    run(async (options: CommonOptions) => (await import('./leases.ts')).listLeases(rim, options)),
  );
  leaf(vault, 'decide <lease>', {
    summary: 'Agree to a lease, refuse it, or take it back',
    example: 'perdure vault decide 019b0000 approved',
  })
    .addArgument(new Argument('<decision>', 'what becomes of it').choices(['approved', 'refused', 'revoked']))
    .action(
      run(async (lease: string, to: 'approved' | 'refused' | 'revoked', options: CommonOptions) =>
        (await import('./leases.ts')).decideLease(rim, { lease, to }, options),
      ),
    );
}

function declareGrants({ program: vault, rim, run }: Part): void {
  const verbs = [
    ['grant', 'Have a tool or a model server given an item with each call, until it changes', 'grantItem'],
    ['ungrant', 'Take that back', 'ungrantItem'],
  ] as const;
  for (const [verb, summary, action] of verbs) {
    leaf(vault, `${verb} <item>`, { summary, example: `perdure vault ${verb} scout-main/github --tool open-issue` })
      .option('--tool <id>', 'a tool, as its file is now')
      .option('--model <server>', 'a model server, at its address of now')
      .action(
        run(async (item: string, options: GrantOptions) => (await import('./grants.ts'))[action](rim, item, options)),
      );
  }
  leaf(vault, 'grants', {
    summary: 'What tools and model servers may be given',
    example: 'perdure vault grants',
  }).action(run(async (options: CommonOptions) => (await import('./grants.ts')).listGrants(rim, options)));
}

function declareUses({ program: vault, rim, run }: Part): void {
  leaf(vault, 'get <vault> <item>', {
    summary: 'An item, masked; with --reason the value of a field, alone on stdout',
    example: 'perdure vault get scout-main github --field token --reason "deploy"',
  })
    .option('--reason <text>', 'what you need it for')
    .option('--field <key>', 'which field (default: its only one)')
    .action(
      run(async (name: string, item: string, options: GetOptions) =>
        (await import('./leases.ts')).getItem(rim, { vault: name, item }, options),
      ),
    );
  leaf(vault, 'exec <command...>', {
    summary: 'Run a program with values in its environment, or in descriptors that it reads',
    example: 'perdure vault exec --item GITHUB_TOKEN=scout-main/github/token -- gh repo list',
  })
    .option('--item <ref>', '<vault>/<item>, or NAME=<vault>/<item>/<field>; may be given several times', repeated)
    .option(
      '--fd <ref>',
      'NAME=<vault>/<item>/<field>: its descriptor is NAME_FD, and {NAME} in the command; several times',
      repeated,
    )
    .option('--reason <text>', 'what it is for (default: the name of the program)')
    .action(
      run(async (command: string[], options: ExecOptions) =>
        (await import('./exec.ts')).execWith(rim, command, options),
      ),
    );
  leaf(vault, 'resolve', {
    summary: 'Answer a request of OpenClaw for secrets: JSON on stdin, JSON on stdout',
    example: 'perdure vault resolve < request.json',
  }).action(run(async (options: CommonOptions) => (await import('./resolve.ts')).resolveSecrets(rim, options)));
}

function declareRoot({ program: vault, rim, run }: Part): void {
  const root = noun(vault, 'root', 'The root key, under which the keys of all vaults are sealed');
  leaf(root, 'rotate', {
    summary: 'Make another root key; a backup of before opens with the key of before alone',
    example: 'perdure vault root rotate',
  }).action(run(async (options: CommonOptions) => (await import('./vaults.ts')).rotateRoot(rim, options)));
}

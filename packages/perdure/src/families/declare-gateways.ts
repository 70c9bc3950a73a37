/** Commands about the gateways of a family. */

import { Option, type Command } from 'commander';
import { leaf, type Declaration } from '../cli/declaration.ts';
import { wholeNumber } from '../cli/options.ts';
import type { AddOptions, ProvisionOptions } from './add.ts';
import { declareUpgrade } from './declare-upgrade.ts';
import type { HealthOptions } from './health.ts';
import type { InitOptions } from './init.ts';
import type { ChangeOptions, RepairOptions } from './repair.ts';
import type { MendOptions } from './mend.ts';
import type { RestoreOptions } from './restore.ts';
import type { DeprovisionOptions, LogsOptions, MemberOptions, OperateOptions } from './operate.ts';

type Given = Omit<Declaration, 'words'>;

const services = ['systemd', 'launchd', 'supervisor', 'dry'];
const familyFlag = ['--family <name>', 'its family (default: whichever has it)'] as const;

export function declareGateways({ program: family, rim, run }: Given): void {
  leaf(family, 'init [family]', {
    summary: 'A family of this host: its members are provisioned here. Default: main',
    example: 'perdure family init main --provider anthropic --key-stdin < key.txt',
  })
    .option('--host <name>', 'another host; its members are provisioned there (default: this one)')
    .option('--lead <handle>', 'the agent that cares for it (default: as it is)')
    .option('--provider <name>', 'of the key that its members share')
    .option('--key-stdin', 'that key, from stdin: it goes into a vault of the family')
    .action(
      run(async (name: string | undefined, options: InitOptions) =>
        (await import('./init.ts')).initFamily(rim, name ?? 'main', options),
      ),
    );
  withGateway(
    leaf(family, 'add <handle>', {
      summary: 'A new agent of OpenClaw on this host: told step by step, taken back where one fails',
      example: 'perdure family add scout --family main --model anthropic/claude-opus-4-6',
    })
      .option('--name <name>', 'how it is shown (default: its handle)')
      .option('--personality <text>', 'how it is to be'),
    '--family <name>',
    'its family (default: the only one)',
  ).action(
    run(async (handle: string, options: AddOptions) => (await import('./add.ts')).addMember(rim, handle, options)),
  );
  withGateway(
    leaf(family, 'provision [handle]', {
      summary: 'The same for a member there is: again after a failure, or as a task of the hub says',
      example: 'perdure family provision scout',
    }).option('--task <id>', 'a task of the hub whose notes say what is wanted'),
    ...familyFlag,
  ).action(
    run(async (handle: string | undefined, options: ProvisionOptions) =>
      (await import('./add.ts')).provisionMember(rim, handle, options),
    ),
  );
  declareOperating({ program: family, rim, run });
  declareChanging({ program: family, rim, run });
  declareRefresh({ program: family, rim, run });
  declareUpgrade({ program: family, rim, run });
  withGateway(
    leaf(family, 'restore <handle|archive>', {
      summary: 'Bring back an agent that was deprovisioned, out of its last archive or the one named',
      example: 'perdure family restore scout',
    }),
    ...familyFlag,
  ).action(
    run(async (named: string, options: RestoreOptions) =>
      (await import('./restore.ts')).restoreMember(rim, named, options),
    ),
  );
  declareMending({ program: family, rim, run });
  declareLooking({ program: family, rim, run });
}

function declareMending({ program: family, rim, run }: Given): void {
  leaf(family, 'mend <handle> [findings...]', {
    summary: 'What is wrong with a gateway that was set up by hand, and what would be done; with --yes it is',
    example: 'perdure family mend scout no_token loose_files --yes',
  })
    .option(...familyFlag)
    .option('--all', 'all that can be')
    .option('--yes', 'it is meant')
    .addOption(
      new Option('--service <kind>', 'what keeps it running then (default: what this host has)').choices(services),
    )
    .option('--plan-hash <hash>', 'only if the plan is still this one')
    .option('--no-wait', 'do not wait for the end')
    .action(
      run(async (handle: string, findings: readonly string[], options: MendOptions) =>
        (await import('./mend.ts')).mendMember(rim, { handle, findings }, options),
      ),
    );
}

function withGateway(command: Command, flag: string, what: string): Command {
  return command
    .option(flag, what)
    .option('--model <provider/model>', 'what it asks')
    .option('--key <vault/item/field>', 'where the key of its model lies (default: that of its family)')
    .option('--key-stdin', 'the key, from stdin: it goes into the vault of the agent')
    .option('--no-key', 'its model needs none')
    .option('--port <n>', 'of its gateway (default: one is chosen)', wholeNumber('--port', 1, 65_535))
    .option('--folder <path>', 'its home (default: .openclaw-<handle> of this account)')
    .addOption(new Option('--service <kind>', 'what keeps it running (default: what this host has)').choices(services))
    .option('--smoke', 'online once it has taken a turn with its model')
    .option('--plan-hash <hash>', 'only if the plan is still this one')
    .option('--no-wait', 'do not wait for the end');
}

function declareOperating({ program: family, rim, run }: Given): void {
  const words = {
    start: 'Start the gateway of a member; over when it is ready',
    stop: 'Stop the gateway of a member; what it does is let end',
    restart: 'Stop and start the gateway of a member',
  } as const;
  for (const order of ['start', 'stop', 'restart'] as const) {
    const command = leaf(family, `${order} <handle>`, {
      summary: words[order],
      example: `perdure family ${order} scout`,
    })
      .option(...familyFlag)
      .option('--no-wait', 'do not wait for the end');
    if (order !== 'start') command.option('--now', 'without waiting for what it does');
    command.action(
      run(async (handle: string, options: OperateOptions) =>
        (await import('./operate.ts')).operateGateway(rim, { handle, order }, options),
      ),
    );
  }
  leaf(family, 'deprovision <handle>', {
    summary: 'Take an agent away: its home goes into an archive, its keys open nothing any more',
    example: 'perdure family deprovision scout --yes',
  })
    .option(...familyFlag)
    .option('--yes', 'it is meant')
    .option('--no-wait', 'do not wait for the end')
    .action(
      run(async (handle: string, options: DeprovisionOptions) =>
        (await import('./operate.ts')).deprovisionMember(rim, handle, options),
      ),
    );
}

function declareChanging({ program: family, rim, run }: Given): void {
  leaf(family, 'repair <handle>', {
    summary: 'What is ours in the home of a member is made as it is to be, after it was edited or damaged',
    example: 'perdure family repair scout',
  })
    .option(...familyFlag)
    .option('--plan', 'tell what differs, and change nothing')
    .option('--fresh', 'settings are replaced whole, also what was added to them')
    .option('--no-wait', 'do not wait for the end')
    .action(
      run(async (handle: string, options: RepairOptions) =>
        (await import('./repair.ts')).repairMember(rim, handle, options),
      ),
    );
  leaf(family, 'change <handle>', {
    summary: 'Another model, key or port for a member: kept when it is well with that, else put back',
    example: 'perdure family change scout --model anthropic/claude-opus-4-6',
  })
    .option(...familyFlag)
    .option('--model <provider/model>', 'what it asks from now on')
    .option('--key <vault/item/field>', 'where the key of its model lies (default: as before, or that of its family)')
    .option('--key-stdin', 'the key, from stdin: it goes into the vault of the agent')
    .option('--no-key', 'its model needs none')
    .option('--port <n>', 'of its gateway', wholeNumber('--port', 1, 65_535))
    .option('--no-wait', 'do not wait for the end')
    .action(
      run(async (handle: string, options: ChangeOptions) =>
        (await import('./repair.ts')).changeMember(rim, handle, options),
      ),
    );
}

/** A list of handles: none is all. */
function declareRefresh({ program: family, rim, run }: Given): void {
  leaf(family, 'refresh [handle...]', {
    summary: 'Gateways read the keys of their models again, as they lie in vaults; none is started anew',
    example: 'perdure family refresh scout',
  })
    .option(...familyFlag)
    .action(
      run(async (handles: readonly string[], options: MemberOptions) =>
        (await import('./refresh.ts')).refreshMembers(rim, handles, options),
      ),
    );
}

function declareLooking({ program: family, rim, run }: Given): void {
  leaf(family, 'status [handle]', {
    summary: 'How the gateways of this host are, or one of them in full',
    example: 'perdure family status scout',
  })
    .option(...familyFlag)
    .action(
      run(async (handle: string | undefined, options: MemberOptions) =>
        (await import('./operate.ts')).showStatus(rim, handle, options),
      ),
    );
  leaf(family, 'health [family]', {
    summary: 'How the agents of this host are: process, answer, socket at the hub, restarts, what is wrong',
    example: 'perdure family health --watch',
  })
    .option('--watch', 'again each time that something changes, until Ctrl-C')
    .action(
      run(async (given: string | undefined, options: HealthOptions) =>
        (await import('./health.ts')).showHealth(rim, given, options),
      ),
    );
  leaf(family, 'logs <handle>', {
    summary: 'What the gateway of a member printed last',
    example: 'perdure family logs scout --lines 20',
  })
    .option(...familyFlag)
    .option('--lines <n>', 'so many (default: 100)', wholeNumber('--lines', 1, 1_000))
    .action(
      run(async (handle: string, options: LogsOptions) =>
        (await import('./operate.ts')).showLogs(rim, handle, options),
      ),
    );
  leaf(family, 'backup <handle>', {
    summary: 'A verified copy of the state of a member, running or not',
    example: 'perdure family backup scout',
  })
    .option(...familyFlag)
    .action(
      run(async (handle: string, options: MemberOptions) =>
        (await import('./operate.ts')).backupMember(rim, handle, options),
      ),
    );
}

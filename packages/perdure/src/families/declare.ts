/** Commands about families: agents that one of them cares for. */

import { Option } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { wholeNumber, withSpeaker, type CommonOptions } from '../cli/options.ts';
import type { ChatOptions } from '../chat/chat.ts';
import type { AdoptOptions } from './adopt.ts';
import { declareGateways } from './declare-gateways.ts';
import type { CreateFamilyOptions } from './families.ts';
import type { PlanOptions } from './plan.ts';
import type { SetResourceOptions } from './resources.ts';

export function declareFamilies({ program, rim, run }: Declaration): void {
  const family = noun(
    program,
    'family',
    'Families of agents: init, add, status, start, stop, restart, upgrade, logs, deprovision, and what a family is',
  );
  leaf(family, 'list', { summary: 'The families there are', example: 'perdure family list' }).action(
    run(async (options: CommonOptions) => (await import('./families.ts')).listFamilies(rim, options)),
  );
  leaf(family, 'create <name>', {
    summary: 'A new family, and who leads it',
    example: 'perdure family create main --lead scout',
  })
    .option('--lead <handle>', 'the agent that cares for it (default: nobody but you)')
    .action(
      run(async (name: string, options: CreateFamilyOptions) =>
        (await import('./families.ts')).createFamily(rim, name, options),
      ),
    );
  leaf(family, 'show <family>', {
    summary: 'One family: lead, host, conventions, what it shares, and how its members were last',
    example: 'perdure family show main',
  }).action(
    run(async (given: string, options: CommonOptions) =>
      (await import('./families.ts')).showFamily(rim, given, options),
    ),
  );
  leaf(family, 'members <family>', {
    summary: 'Who is in a family, and how they are',
    example: 'perdure family members main',
  }).action(
    run(async (given: string, options: CommonOptions) =>
      (await import('./families.ts')).listMembers(rim, given, options),
    ),
  );
  leaf(family, 'export <family>', {
    summary: 'What a family is, as JSON without a secret: to make it again on another host, by its `add` commands',
    example: 'perdure family export main > main.json',
  }).action(
    run(async (given: string, options: CommonOptions) =>
      (await import('./export.ts')).exportFamily(rim, given, options),
    ),
  );
  declareResources({ program: family, rim, run });
  declareGateways({ program: family, rim, run });
  declareChatWith({ program: family, rim, run });
  declareAdopt({ program: family, rim, run });
  withSpeaker(family);
  declarePlan({ program: family, rim, run });
}

/** As `perdure chat`, for who thinks of the family first. */
function declareChatWith({ program: family, rim, run }: Omit<Declaration, 'words'>): void {
  leaf(family, 'chat <handle>', {
    summary: 'Talk with a member, as `perdure chat` does',
    example: 'perdure family chat scout',
  }).action(
    run(async (handle: string, options: ChatOptions) => (await import('../chat/chat.ts')).chat(rim, handle, options)),
  );
}

function declareResources({ program: family, rim, run }: Omit<Declaration, 'words'>): void {
  const resources = noun(family, 'resources', 'What the members of a family share: list, set');
  leaf(resources, 'list <family>', {
    summary: 'What its members share',
    example: 'perdure family resources list main',
  }).action(
    run(async (given: string, options: CommonOptions) =>
      (await import('./resources.ts')).listResources(rim, given, options),
    ),
  );
  leaf(resources, 'set <family> <name> [value]', {
    summary: 'Set one, with what it is; no secret, which a vault keeps',
    example: 'perdure family resources set main wiki http://wiki.local',
  })
    .option('--remove', 'take it out')
    .action(
      run(async (given: string, name: string, value: string | undefined, options: SetResourceOptions) =>
        (await import('./resources.ts')).setResource(rim, { given, name, value }, options),
      ),
    );
}

/** It speaks with nobody. */
function declarePlan({ program: family, rim, run }: Omit<Declaration, 'words'>): void {
  leaf(family, 'plan <handle>', {
    summary: 'What a new agent of OpenClaw would be made of on this host, and what is in the way; nothing is changed',
    example: 'perdure family plan scout --model anthropic/claude-opus-4-6 --key main/anthropic/key',
  })
    .option('--model <provider/model>', 'what it asks')
    .option('--task <notes>', 'the notes of a provisioning task, in JSON: @file, or - for stdin')
    .option('--name <name>', 'how it is shown (default: its handle)')
    .option('--key <vault/item/field>', 'where the key of its model lies')
    .option('--no-key', 'its model needs none')
    .option('--port <n>', 'of its gateway (default: one is chosen)', wholeNumber('--port', 1, 65_535))
    .option('--folder <path>', 'its home (default: .openclaw-<handle> of this account)')
    .option('--files <folder>', 'put its files as they would be there, for a look at them')
    .addOption(
      new Option('--service <kind>', 'what keeps it running (default: what this host has)').choices([
        'systemd',
        'launchd',
        'supervisor',
        'dry',
      ]),
    )
    .action(
      run(async (handle: string, options: PlanOptions) => (await import('./plan.ts')).planFamily(rim, handle, options)),
    );
}

/** With `--scan` it speaks with nobody. */
function declareAdopt({ program: family, rim, run }: Omit<Declaration, 'words'>): void {
  leaf(family, 'adopt [handle|home]', {
    summary: 'Take in a gateway that somebody set up by hand, and touch nothing of it; or look at all with --scan',
    example: 'perdure family adopt --scan',
  })
    .option('--scan', 'only say what is wrong with each of this account, or with the one named')
    .option('--family <name>', 'the family that takes it in (default: the only one)')
    .option('--handle <handle>', 'how it is called there (default: as its home says)')
    .action(
      run(async (handle: string | undefined, options: AdoptOptions) =>
        (await import('./adopt.ts')).adopt(rim, handle, options),
      ),
    );
}
